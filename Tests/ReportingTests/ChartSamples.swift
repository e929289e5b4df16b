import Testing

import PropertyTesting

@testable import Reporting

/// Charts of the shapes that reports have, and of shapes that break careless code.
enum ChartSamples {
  static let sizes: [Double] = [1, 16, 64, 128]

  static func series(
    _ name: String, _ values: [Double?], color: Int, stroke: Chart.Series.Stroke = .solid,
    spread: Double? = nil
  ) -> Chart.Series {
    let points = zip(sizes, values).map { size, value in
      Chart.Point(
        x: size, y: value, lower: value.flatMap { y in spread.map { y - $0 } },
        upper: value.flatMap { y in spread.map { y + $0 } })
    }
    return Chart.Series(name, points: points, color: color, stroke: stroke)
  }

  static let batchSizes = Chart.Axis("batch size", scale: .log2, ticks: sizes)

  static let published = Chart(
    "Training time per epoch", subtitle: "Median of 3 trials; bars span the 95 % interval",
    xAxis: batchSizes, yAxis: .init("seconds per epoch", scale: .log10),
    series: [
      series("mlp-1, published", [228.3, 19.2, 8.57, 6.96], color: 0, stroke: .dashed),
      series("mlp-2-crop20, published", [408.1, 33.5, 13.2, 10.2], color: 1, stroke: .dashed),
      series("mlp-1, measured", [31.3, 4.2, 2.57, 2.3], color: 0, spread: 0.3),
      series("mlp-2-crop20, measured", [52.1, 7.5, nil, 4.1], color: 1, spread: 5),
    ])

  static let curves = Chart(
    "Loss per sample", xAxis: .init("samples seen"),
    yAxis: .init("nats per sample", includesZero: true),
    series: (0..<4).map { index in
      Chart.Series(
        "batch \(index)",
        points: (1...3000).map { step in
          let y = 0.3 + Double((index + 1) * 400) / Double(step + 300)
          return Chart.Point(x: Double(step), y: y, lower: y - 0.05, upper: y + 0.05)
        }, color: index, intervalStyle: .band)
    })

  static let crowded = Chart(
    "Names that end at the same place", xAxis: batchSizes, yAxis: .init("s"),
    series: (0..<7).map { index in
      series("series \(index)", [1, 2, 2, 3 + Double(index) / 1000], color: index)
    })

  private static let hostileName = PageElements.hostileName

  static let hostile = Chart(
    hostileName, subtitle: hostileName, xAxis: .init(hostileName), yAxis: .init(hostileName),
    series: [
      series(hostileName, [1, 2, 3, 4], color: -7), series("b", [1, 2, 3, 4], color: .max),
    ])

  static let wordy = Chart(
    "A title that goes on for so long that no screen has room for it in a single line of text",
    subtitle: "Conditions, trials and intervals, all of them described in more than one breath",
    xAxis: .init("the horizontal axis, in a unit that takes a whole sentence to describe fully"),
    yAxis: .init("the vertical axis, in a unit that takes a whole sentence to describe to the end"),
    series: (0..<5).map { index in
      series("a model with a name of many syllables, number \(index)", [1, 2, 3, 4], color: index)
    })

  static let withoutSeries = Chart("Nothing", xAxis: batchSizes, yAxis: .init("s"), series: [])

  static let withoutPoints = Chart(
    "Nothing", xAxis: .init("x"), yAxis: .init("s", scale: .log10),
    series: [.init("a", points: [], color: 0), series("b", [nil, .nan, 0, -1], color: 1)])

  static let onePoint = Chart(
    "One", xAxis: .init("x"), yAxis: .init("y"),
    series: [.init("a", points: [.init(x: 3, y: 7, lower: .nan, upper: 9)], color: 0)])

  static let allEqual = Chart(
    "Equal", xAxis: batchSizes, yAxis: .init("y"), series: [series("a", [4, 4, 4, 4], color: 0)])

  static let closeTicks = Chart(
    "Close", xAxis: .init("x", scale: .log2, ticks: [1, 100, 104, 110, 128, 128]),
    yAxis: .init("y", ticks: [0, 10, 10.1, 10.2, 20]),
    series: [series("a", [1, 12, 9, 20], color: 0)])

  static let extreme = Chart(
    "Extreme", xAxis: .init("x", scale: .log10), yAxis: .init("y"),
    series: [
      .init(
        "a",
        points: [
          .init(x: 1e-100, y: -1e100), .init(x: 1e100, y: 1e100), .init(x: 1e308, y: 1e308),
          .init(x: 1, y: .leastNonzeroMagnitude, lower: -.infinity, upper: .infinity),
          .init(x: 2, y: 1, lower: 2, upper: 0),
        ], color: 0)
    ])

  static let all = [
    published, curves, crowded, hostile, wordy, withoutSeries, withoutPoints, onePoint, allEqual,
    closeTicks, extreme,
  ]
}

/// A chart has thousands of numbers; its title is enough to tell it from the others.
extension Chart: CustomTestStringConvertible {
  /// The title.
  public var testDescription: String { title }
}
