/// The sum of two paths: y = x + shortcut, elementwise.
///
/// He, Zhang, Ren & Sun 2016, equation 1. Where paths part, their gradients meet again:
/// ∂L/∂shortcut gains ∂L/∂y of every residual layer that reads it.
enum Residual {
  /// y = x + shortcut, for some rows of a panel of [N·H·W, C].
  @inline(__always)
  static func forward(
    _ x: PanelMatrix, _ shortcut: PanelMatrix, into y: PanelMatrix, panel: Int, rows: Range<Int>
  ) {
    let first = x.panel(panel)
    let second = shortcut.panel(panel)
    let target = y.panel(panel)
    for row in rows { target[row] = first[row] + second[row] }
  }

  /// Adds to a stage's own gradient [N·H·W, C] those of the residual stages that add its output, the
  /// last first, themselves summed in this order.
  static func backward(
    _ shortcuts: [Stage], into gradient: PanelMatrix, panels: Range<Int>, rows: Range<Int>
  ) {
    for panel in panels {
      let target = gradient.panel(panel)
      for row in rows {
        var sum = shortcuts[0].gradient.panel(panel)[row]
        for shortcut in shortcuts.dropFirst() { sum += shortcut.gradient.panel(panel)[row] }
        target[row] += sum
      }
    }
  }
}
