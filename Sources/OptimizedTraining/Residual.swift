/// The sum of two paths (He, Zhang, Ren & Sun 2016, equation 1): y = x + shortcut, elementwise.
enum Residual {
  /// y = x + shortcut, for some rows of a panel.
  @inline(__always)
  static func add(
    _ x: PanelMatrix, _ shortcut: PanelMatrix, into y: PanelMatrix, panel: Int, rows: Range<Int>
  ) {
    let first = x.panel(panel)
    let second = shortcut.panel(panel)
    let target = y.panel(panel)
    for row in rows { target[row] = first[row] + second[row] }
  }
}
