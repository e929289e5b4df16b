import TrainingCore

/// Where random test data comes from: whole numbers, drawn one after the other and recorded.
///
/// Whatever a generator makes is a function of its choices, so a failing case is made smaller by
/// making its choices fewer and smaller, and repeated by repeating them; a generator needs neither
/// a shrinker nor a printer of its own (MacIver & Donaldson 2020, "Test-case reduction via
/// test-case generation: insights from the Hypothesis reducer"). Every method makes of the choice
/// 0 the simplest thing that it can: the least number, the first of several, false.
public struct Choices {
  /// What was drawn so far.
  public private(set) var recorded: [UInt64] = []
  private let replayed: [UInt64]?
  private let field: RandomField

  /// Creates choices that are drawn at random.
  ///
  /// - Parameters:
  ///   - seed: The seed; equal seeds and cases give equal choices.
  ///   - testCase: Which of a property's cases this is.
  public init(seed: UInt64, testCase: Int = 0) {
    replayed = nil
    let mixed = seed &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(truncatingIfNeeded: testCase)
    field = RandomField(seed: mixed, purpose: .initialWeights, layer: 1 << 20)
  }

  /// Creates choices that repeat a record.
  ///
  /// - Parameter recorded: What is drawn; a number that is too large becomes the largest possible,
  ///   and behind the last one every draw is 0.
  public init(replaying recorded: [UInt64]) {
    replayed = recorded
    field = RandomField(seed: 0, purpose: .initialWeights)
  }

  /// Draws a number.
  ///
  /// - Parameter bound: The largest possible.
  /// - Returns: A number in 0 … bound, all equally likely.
  public mutating func draw(upTo bound: UInt64) -> UInt64 {
    let index = recorded.count
    let choice: UInt64
    if let replayed {
      choice = index < replayed.count ? min(replayed[index], bound) : 0
    } else {
      let words = field.words(quad: index)
      let word = UInt64(words[0]) << 32 | UInt64(words[1])
      choice = bound == .max ? word : (bound + 1).multipliedFullWidth(by: word).high
    }
    recorded.append(choice)
    return choice
  }

  /// A whole number in a range; the simplest is its lower end.
  ///
  /// - Parameter range: The range.
  /// - Returns: The number.
  public mutating func integer(in range: ClosedRange<Int>) -> Int {
    let width =
      UInt64(bitPattern: Int64(range.upperBound)) &- UInt64(bitPattern: Int64(range.lowerBound))
    return range.lowerBound &+ Int(truncatingIfNeeded: draw(upTo: width))
  }

  /// One of several; the simplest is the first.
  ///
  /// - Parameter elements: At least one.
  /// - Returns: The element.
  public mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[integer(in: 0...elements.count - 1)]
  }

  /// True once in so many times; false is simpler.
  ///
  /// - Parameter count: How many times, at least 2.
  /// - Returns: Whether this is that time.
  public mutating func oneIn(_ count: Int) -> Bool {
    draw(upTo: UInt64(count - 1)) == UInt64(count - 1)
  }

  /// A number with as many bits as its type has, of several magnitudes; the simplest is 0.
  ///
  /// As in images, some numbers are zero, and some of the zeros are negative.
  ///
  /// - Returns: A number in −1 … 1.
  public mutating func number() -> Float {
    if draw(upTo: 7) == 0 { return oneIn(4) ? -0.0 : 0 }
    let word = draw(upTo: (1 << 50) - 1)
    let unit = { (bits: UInt64) in Float(bits & 0xff_ffff) * 0x1p-24 }
    let magnitude = unit(word >> 24) * unit(word)
    return word >> 49 == 1 ? -magnitude : magnitude
  }

  /// Several of what a generator makes.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - make: Makes one.
  /// - Returns: All of them.
  public mutating func array<Element>(
    _ count: Int, of make: (inout Choices) -> Element
  ) -> [Element] {
    (0..<count).map { _ in make(&self) }
  }

  /// A whole in parts; the simplest is one part.
  ///
  /// - Parameter count: The whole, at least 1.
  /// - Returns: Neighbouring ranges, none of them empty, that make 0 ..< count together.
  public mutating func parts(of count: Int) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = 0
    while start < count {
      let size = count - start - integer(in: 0...count - start - 1)
      parts.append(start..<start + size)
      start += size
    }
    return parts
  }

  /// An order; the simplest changes nothing.
  ///
  /// - Parameter count: How many are put in order.
  /// - Returns: The numbers 0 ..< count, each once.
  public mutating func order(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for place in 0..<max(count - 1, 0) {
      order.swapAt(place, place + integer(in: 0...count - 1 - place))
    }
    return order
  }
}
