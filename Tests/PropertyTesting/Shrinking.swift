/// Makes the choices of a failing case fewer and smaller, as long as it fails.
///
/// A record is simpler than another if it is shorter, or as long and smaller in the first place
/// where they differ; only simpler ones are tried, so it ends.
struct Shrinking {
  /// The simplest choices so far that fail.
  private(set) var simplest: [UInt64]
  /// How often the property may still be asked.
  private var attempts: Int
  /// What a record's case is drawn as, if it fails, and nil if it doesn't.
  private let failing: ([UInt64]) -> [UInt64]?

  /// Shrinks.
  ///
  /// - Parameters:
  ///   - choices: Choices that fail.
  ///   - attempts: How often the property may be asked.
  ///   - failing: Repeats choices: what was really drawn if the case fails, else nil.
  init(_ choices: [UInt64], attempts: Int, failing: @escaping ([UInt64]) -> [UInt64]?) {
    simplest = choices
    self.attempts = attempts
    self.failing = failing
    var before: [UInt64]
    repeat {
      before = simplest
      deleteBlocks()
      lowerEach()
      lowerAndDelete()
      lowerAndRaise()
    } while simplest != before && self.attempts > 0
  }

  static func isSimpler(_ a: [UInt64], _ b: [UInt64]) -> Bool {
    a.count == b.count ? a.lexicographicallyPrecedes(b) : a.count < b.count
  }

  /// Tries other choices, and keeps them if they fail too.
  private mutating func accepts(_ candidate: [UInt64]) -> Bool {
    guard attempts > 0, Self.isSimpler(candidate, simplest) else { return false }
    attempts -= 1
    guard let drawn = failing(candidate), Self.isSimpler(drawn, simplest) else { return false }
    simplest = drawn
    return true
  }

  /// Leaves neighbours out, many at a time and then fewer, from the end to the beginning.
  private mutating func deleteBlocks() {
    var size = max(simplest.count / 2, 1)
    while size > 0, attempts > 0 {
      var end = simplest.count
      while end >= size, attempts > 0 {
        var candidate = simplest
        candidate.removeSubrange(end - size..<end)
        end = min(accepts(candidate) ? end - size : end - 1, simplest.count)
      }
      size /= 2
    }
  }

  /// Lowers each choice: to one of the smallest that fails, else as far as bisection does.
  private mutating func lowerEach() {
    for index in simplest.indices where index < simplest.count {
      var lowest: UInt64 = 0
      while index < simplest.count, lowest < simplest[index], attempts > 0 {
        var candidate = simplest
        candidate[index] = lowest < 8 ? lowest : lowest + (candidate[index] - lowest) / 2
        if !accepts(candidate) { lowest = candidate[index] + 1 }
      }
    }
  }

  /// Lowers a choice by one and leaves one behind it out, which shortens a list whose length was
  /// drawn before its elements.
  private mutating func lowerAndDelete() {
    var index = 0
    while index < simplest.count, attempts > 0 {
      var isLowered = false
      if simplest[index] > 0 {
        for size in [1, 2, 3, 4] {
          for start in index + 1..<max(index + 1, simplest.count - size + 1)
          where !isLowered && attempts > 0 {
            var candidate = simplest
            candidate[index] -= 1
            candidate.removeSubrange(start..<start + size)
            isLowered = accepts(candidate)
          }
        }
      }
      if !isLowered { index += 1 }
    }
  }

  /// Lowers a choice and raises one of the next two by as much, for what depends on their sum.
  private mutating func lowerAndRaise() {
    for index in simplest.indices {
      for other in [index + 1, index + 2] {
        var difference = index < simplest.count ? simplest[index] : 0
        while difference > 0, other < simplest.count, attempts > 0 {
          var candidate = simplest
          let (sum, isTooLarge) = candidate[other].addingReportingOverflow(difference)
          candidate[index] -= difference
          candidate[other] = sum
          difference =
            !isTooLarge && accepts(candidate)
            ? min(difference, index < simplest.count ? simplest[index] : 0) : difference / 2
        }
      }
    }
  }
}
