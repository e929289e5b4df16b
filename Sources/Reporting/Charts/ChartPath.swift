/// A series as positions on the picture, broken where a point can't be drawn.
struct ChartPath {
  /// A place on the picture, in pixels from its upper left corner.
  struct Position: Equatable {
    let x: Double
    let y: Double
  }

  /// Runs of positions without a gap, none of them empty.
  let segments: [[Position]]

  init(_ series: Chart.Series, in layout: ChartLayout) {
    var segments: [[Position]] = [[]]
    for point in series.points {
      if let y = point.y, let position = layout.position(x: point.x, y: y) {
        segments[segments.count - 1].append(position)
      } else if segments.last?.isEmpty == false {
        segments.append([])
      }
    }
    self.segments = segments.filter { !$0.isEmpty }
  }

  /// A run with no more points than the picture can show.
  ///
  /// Of the points that fall into one column of pixels, the first, the lowest, the highest and the
  /// last stay: the line covers the same pixels as before.
  static func thinned(_ segment: [Position]) -> [Position] {
    var result: [Position] = []
    var start = 0
    while start < segment.count {
      let column = segment[start].x.rounded(.down)
      let end = segment[start...].firstIndex { $0.x.rounded(.down) != column } ?? segment.count
      let run = segment[start..<end]
      if run.count <= 4 {
        result += run
      } else {
        let lowest = run.indices.min { run[$0].y < run[$1].y } ?? start
        let highest = run.indices.max { run[$0].y < run[$1].y } ?? start
        result += Set([start, lowest, highest, end - 1]).sorted().map { segment[$0] }
      }
      start = end
    }
    return result
  }
}
