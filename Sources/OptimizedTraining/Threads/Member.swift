/// One thread's place in a team while it works on a task, and its share of the work.
struct Member {
  /// The member's index, from 0; 0 is the thread that called.
  let index: Int
  let count: Int
  /// Where members wait for each other.
  let barrier: SpinBarrier

  /// Waits until all members have come to this point.
  @inline(__always)
  func synchronize() { barrier.wait(for: count) }

  /// This member's contiguous share of the work items; shares differ by at most one item.
  @inline(__always)
  func share(of items: Int) -> Range<Int> {
    items * index / count..<items * (index + 1) / count
  }

  /// Calls with this member's share of an array: neighbouring panels over all rows, or blocks of
  /// panels and rows where there are too few panels for equal shares.
  @inline(__always)
  func forEachBlock(
    panels: Int, rows: Int, _ body: (_ panels: Range<Int>, _ rows: Range<Int>) -> Void
  ) {
    let tile = Microkernel.nr / Lanes.scalarCount
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
        pair * tile..<min((pair + 1) * tile, panels), block * size..<min((block + 1) * size, rows))
    }
  }
}
