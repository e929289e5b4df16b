extension Member {
  /// Divides the panels of an array among the members, or blocks of panels and rows where there are
  /// too few panels for equal shares.
  @inline(__always)
  func forEachBlock(
    panels: Int, rows: Int, _ body: (_ panels: Range<Int>, _ rows: Range<Int>) -> Void
  ) {
    let tile = Microkernel.columns / Lanes.scalarCount
    let pairs = (panels + tile - 1) / tile
    let sharesForBalance = 4 * count
    if count == 1 || pairs >= sharesForBalance {
      let share = share(of: pairs)
      body(share.lowerBound * tile..<min(share.upperBound * tile, panels), 0..<rows)
      return
    }
    let parts = (sharesForBalance + pairs - 1) / pairs
    let smallest = 4
    let size = max((rows + parts - 1) / parts, smallest)
    let blocks = (rows + size - 1) / size
    for task in share(of: pairs * blocks) {
      let (pair, block) = task.quotientAndRemainder(dividingBy: blocks)
      body(
        pair * tile..<min((pair + 1) * tile, panels),
        block * size..<min((block + 1) * size, rows))
    }
  }
}
