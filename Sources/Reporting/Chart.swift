import Measurement
import Statistics

/// A line chart with markers and intervals, drawn as SVG.
///
/// Points whose coordinates are not drawable (NaN, infinite, absent, or not positive on a
/// logarithmic axis) are left out and break their line. The picture follows the reader's light or
/// dark scheme, tells series apart by colour *and* marker *and* dash, and contains no script and
/// no reference to anything outside.
public struct Chart: Sendable, Equatable {
  /// One measured or published value.
  public struct Point: Sendable, Equatable {
    /// The position along the x axis.
    public var x: Double
    /// The value; `nil` where it is absent.
    public var y: Double?
    /// The lower end of the interval around the value, if it has one.
    public var lower: Double?
    /// The upper end of the interval around the value, if it has one.
    public var upper: Double?

    /// A value at a place.
    ///
    /// - Parameters:
    ///   - x: the position along the x axis.
    ///   - y: the value; `nil` where it is absent.
    ///   - lower: the lower end of the interval around the value.
    ///   - upper: the upper end of the interval around the value.
    public init(x: Double, y: Double?, lower: Double? = nil, upper: Double? = nil) {
      self.x = x
      self.y = y
      self.lower = lower
      self.upper = upper
    }

    /// A mean over trials, with its 95 % interval, at a place.
    package init(x: Double, mean: TrialMean?) {
      let interval = mean?.interval()
      self.init(x: x, y: mean?.mean, lower: interval?.lower, upper: interval?.upper)
    }

    /// The same value with an interval that ends where a range does.
    ///
    /// - Parameter range: what a value can be.
    /// - Returns: the point.
    package func within(_ range: ClosedRange<Double>) -> Point {
      Point(
        x: x, y: y, lower: lower.map { max($0, range.lowerBound) },
        upper: upper.map { min($0, range.upperBound) })
    }
  }

  /// Points that belong together and are joined by a line.
  public struct Series: Sendable, Equatable {
    /// How the line is drawn.
    public enum Stroke: Sendable, Equatable {
      /// An unbroken line with filled markers.
      case solid
      /// A broken line with hollow markers: published, modelled or assumed values.
      case dashed
    }

    /// How intervals are drawn.
    public enum IntervalStyle: Sendable, Equatable {
      /// A vertical bar with caps at each point.
      case bars
      /// A band behind the line.
      case band
    }

    /// What the series shows, as it is written beside it.
    public var name: String
    /// The points, in the order in which the line joins them.
    public var points: [Point]
    /// The colour and marker, from 0; series of one subject share it.
    ///
    /// After `ChartPalette.count` they repeat.
    public var color: Int
    /// How the line is drawn.
    public var stroke: Stroke
    /// How intervals are drawn.
    public var intervalStyle: IntervalStyle

    /// A series.
    ///
    /// - Parameters:
    ///   - name: what it shows.
    ///   - points: the points, in the order in which the line joins them.
    ///   - color: the colour and marker, from 0; series of one subject share it.
    ///   - stroke: how the line is drawn.
    ///   - intervalStyle: how intervals are drawn.
    public init(
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
  public struct Axis: Sendable, Equatable {
    /// How values become positions.
    public enum Scale: Sendable, Equatable {
      /// Equal differences are equally long.
      case linear
      /// Equal ratios are equally long; ticks at powers of two.
      case log2
      /// Equal ratios are equally long; ticks at powers of ten.
      case log10
    }

    /// What is measured, with its unit.
    public var title: String
    /// How values become positions.
    public var scale: Scale
    /// Where the ticks stand, instead of round numbers: the batch sizes that were tried, say.
    public var ticks: [Double]?
    /// Whether a linear axis reaches to zero.
    public var includesZero: Bool

    /// What stands at the axis: readers don't expect powers of ten.
    var heading: String { scale == .log10 ? "\(title), logarithmic" : title }

    /// An axis.
    ///
    /// - Parameters:
    ///   - title: what is measured, with its unit.
    ///   - scale: how values become positions.
    ///   - ticks: where the ticks stand, instead of round numbers.
    ///   - includesZero: whether a linear axis reaches to zero.
    public init(
      _ title: String, scale: Scale = .linear, ticks: [Double]? = nil, includesZero: Bool = false
    ) {
      self.title = title
      self.scale = scale
      self.ticks = ticks
      self.includesZero = includesZero
    }
  }

  /// What the chart shows, in a few words.
  public var title: String
  /// Conditions and number of trials, or what the intervals are.
  public var subtitle: String?
  /// The horizontal axis.
  public var xAxis: Axis
  /// The vertical axis.
  public var yAxis: Axis
  /// The series; later ones are drawn over earlier ones.
  public var series: [Series]

  /// A chart.
  ///
  /// - Parameters:
  ///   - title: what it shows, in a few words.
  ///   - subtitle: conditions and number of trials, or what the intervals are.
  ///   - xAxis: the horizontal axis.
  ///   - yAxis: the vertical axis.
  ///   - series: the series; later ones are drawn over earlier ones.
  public init(
    _ title: String, subtitle: String? = nil, xAxis: Axis, yAxis: Axis, series: [Series]
  ) {
    self.title = title
    self.subtitle = subtitle
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.series = series
  }
}
