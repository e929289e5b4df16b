import Statistics

/// A line chart with markers and intervals, drawn as SVG.
///
/// Points whose coordinates are not drawable (NaN, infinite, absent, or not positive on a
/// logarithmic axis) are left out and break their line. The picture follows the reader's light or
/// dark scheme, tells series apart by colour *and* marker *and* dash, and contains no script and
/// no reference to anything outside.
package struct Chart: Sendable, Equatable {
  /// One measured or published value with its interval.
  package struct Point: Sendable, Equatable {
    package var x: Double
    /// The value; `nil` where it is absent.
    package var y: Double?
    /// The ends of the interval around the value, if it has one.
    package var lower: Double?
    package var upper: Double?

    package init(x: Double, y: Double?, lower: Double? = nil, upper: Double? = nil) {
      self.x = x
      self.y = y
      self.lower = lower
      self.upper = upper
    }

    /// Makes a point of a mean over trials, with its 95 % interval.
    package init(x: Double, mean: TrialMean?) {
      let interval = mean?.interval()
      self.init(x: x, y: mean?.mean, lower: interval?.lower, upper: interval?.upper)
    }

    /// The same value with its interval clamped to the range of possible values.
    package func within(_ range: ClosedRange<Double>) -> Point {
      Point(
        x: x, y: y, lower: lower.map { max($0, range.lowerBound) },
        upper: upper.map { min($0, range.upperBound) })
    }
  }

  /// Points that belong together and are joined by a line.
  package struct Series: Sendable, Equatable {
    /// How the line is drawn: unbroken with filled markers or, for published, modelled or assumed
    /// values, broken with hollow ones.
    package enum Stroke: Sendable { case solid, dashed }

    /// How intervals are drawn: as vertical bars with caps, or as a shaded band around the line.
    package enum IntervalStyle: Sendable { case bars, band }

    /// What the series shows: its text in the legend.
    package var name: String
    /// The points, in the order in which the line joins them.
    package var points: [Point]
    /// The index of colour and marker in the palette, modulo `ChartPalette.count`; series of one
    /// subject share it.
    package var color: Int
    package var stroke: Stroke
    package var intervalStyle: IntervalStyle

    package init(
      _ name: String, points: [Point], color: Int, stroke: Stroke = .solid,
      intervalStyle: IntervalStyle = .bars
    ) {
      self.name = name
      self.points = points
      self.color = color
      self.stroke = stroke
      self.intervalStyle = intervalStyle
    }
  }

  /// An axis: what it measures, in which unit, on which scale.
  package struct Axis: Sendable, Equatable {
    /// How values become positions; a logarithmic scale has its ticks at powers of its base.
    package enum Scale: Sendable { case linear, log2, log10 }

    /// What is measured, with its unit.
    package var title: String
    package var scale: Scale
    /// Where the ticks stand, such as the batch sizes that were tried; `nil` for round numbers.
    package var ticks: [Double]?
    /// Whether a linear axis reaches to zero.
    package var includesZero: Bool

    /// The title beside the axis, which warns of powers of ten because readers don't expect them.
    var heading: String { scale == .log10 ? "\(title), logarithmic" : title }

    package init(
      _ title: String, scale: Scale = .linear, ticks: [Double]? = nil, includesZero: Bool = false
    ) {
      self.title = title
      self.scale = scale
      self.ticks = ticks
      self.includesZero = includesZero
    }

    /// An axis of epochs from 1, with at most twelve ticks.
    package static func epochs(_ count: Int) -> Axis {
      let step = max((count + 11) / 12, 1)
      return Axis("epoch", ticks: stride(from: 1, through: count, by: step).map(Double.init))
    }
  }

  package var title: String
  /// Conditions and number of trials, or what the intervals are.
  package var subtitle: String?
  package var xAxis: Axis
  package var yAxis: Axis
  /// The series; later ones are drawn over earlier ones.
  package var series: [Series]

  package init(_ title: String, subtitle: String? = nil, xAxis: Axis, yAxis: Axis, series: [Series])
  {
    self.title = title
    self.subtitle = subtitle
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.series = series
  }
}
