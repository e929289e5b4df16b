import Testing

@testable import Reporting

@Suite struct ChartPathTests {
  private func segments(_ values: [Double?], scale: Chart.Axis.Scale = .linear) -> [Int] {
    let points = values.enumerated().map { Chart.Point(x: Double($0.offset), y: $0.element) }
    let series = Chart.Series("a", points: points, color: 0)
    let chart = Chart("t", xAxis: .init("x"), yAxis: .init("y", scale: scale), series: [series])
    return ChartPath(series, in: ChartLayout(chart, width: 400)).segments.map(\.count)
  }

  @Test func breaksAtWhatIsNotDrawable() {
    #expect(segments([1, 2, 3]) == [3])
    #expect(segments([1, nil, 3, 4]) == [1, 2])
    #expect(segments([nil, .nan, 3, 4, .infinity, -.infinity]) == [2])
    #expect(segments([1, 0, 3, -4, 5, 6], scale: .log10) == [1, 1, 2])
    #expect(segments([nil]) == [])
    #expect(segments([]) == [])
  }

  @Test func thinningKeepsExtremesAndEnds() {
    let all = (0..<10_000).map { index in
      ChartPath.Position(x: Double(index) / 100, y: Double(index * 7919 % 1009))
    }
    let thin = ChartPath.thinned(all)
    #expect(thin.count <= 400)
    #expect(thin.first == all.first)
    #expect(thin.last == all.last)
    for column in 0..<100 {
      let before = all.filter { Int($0.x) == column }.map(\.y)
      let after = thin.filter { Int($0.x) == column }.map(\.y)
      #expect(before.min() == after.min())
      #expect(before.max() == after.max())
    }
  }

  @Test func thinningLeavesSparseLinesAlone() {
    let line = (0..<50).map { ChartPath.Position(x: Double($0) * 3, y: Double($0)) }
    #expect(ChartPath.thinned(line) == line)
    #expect(ChartPath.thinned([]) == [])
  }
}
