import Testing
import TrainingCore

@Suite struct ExactSumTests {
  /// An independent exact sum: a number's significand shifted to units of 2⁻⁶⁴, added in two
  /// halves that can't overflow.
  struct Wide {
    var high: Int128 = 0
    var low: Int128 = 0

    mutating func add(_ value: Double) {
      guard value != 0 else { return }
      var units = Int128(value.significandBitPattern | 1 << 52)
      let shift = Int(value.exponent) - 52 + 64
      units = shift >= 0 ? units << shift : units >> -shift
      if value < 0 { units = -units }
      high += units >> 64
      low += units & Int128(UInt64.max)
    }

    var total: Int128 { high << 64 + low }
  }

  static func losses(seed: UInt64, count: Int, exponents: UInt32 = 64) -> [Double] {
    let field = RandomField(seed: seed, purpose: .shuffle)
    return (0..<count).map { index in
      let words = field.words(quad: index)
      let exponent = Int(words[1] % exponents) - 24
      let loss = Float(sign: .plus, exponent: exponent, significand: 1 + Float(words[0]) * 0x1p-32)
      return Double(words[2] % 8 == 0 ? -loss : loss)
    }
  }

  /// Over many magnitudes, of which the sum keeps the large, and over a few, of which it keeps
  /// every bit.
  @Test(arguments: [1, 2, 3, 100, 1000], [64, 4] as [UInt32])
  func isTheExactSumRoundedOnce(_ count: Int, _ exponents: UInt32) {
    var sum = ExactSum()
    var wide = Wide()
    for loss in Self.losses(seed: 1, count: count, exponents: exponents) {
      sum.add(loss)
      wide.add(loss)
    }
    #expect(sum.value == Double(wide.total) * 0x1p-64)
    #expect(sum.mean == sum.value / Double(count))
    #expect(sum.count == count)
  }

  @Test(arguments: 0..<20)
  func anyOrderAndGroupingHasTheSameBits(_ seed: Int) {
    let losses = Self.losses(seed: UInt64(seed), count: 200) + [.nan, .infinity, 0x1p80]
    var ascending = ExactSum()
    for loss in losses { ascending.add(loss) }

    let order = Permutation.random(count: losses.count, seed: UInt64(seed))
    var parts: [ExactSum] = Array(repeating: ExactSum(), count: 7)
    for (place, index) in order.enumerated() { parts[place * place % 7].add(losses[index]) }
    var grouped = ExactSum()
    for part in parts.reversed() { grouped.add(part) }
    #expect(grouped == ascending)
    #expect(grouped.value.bitPattern == ascending.value.bitPattern)
  }

  /// Where a plain sum of the same numbers depends on the order, this doesn't.
  @Test func losesNothingBesideALargeLoss() {
    var sum = ExactSum()
    var plain: Float = 0
    for loss in [Float(0x1p40)] + Array(repeating: Float(0x1p-20), count: 1 << 10) {
      sum.add(Double(loss))
      plain += loss
    }
    #expect(plain == 0x1p40)
    #expect(sum.value == 0x1p40 + 0x1p-10)
  }

  @Test func tinyLossesRoundOnceToTheUnit() {
    let cases: [(Double, Double)] = [
      (0x1p-64, 0x1p-64), (0x1p-65, 0), (0x1.8p-65, 0x1p-64), (0x1.8p-64, 0x1p-63),
      (0x1p-149, 0), (.leastNonzeroMagnitude, 0), (-0x1.8p-65, -0x1p-64), (0, 0),
    ]
    for (loss, expected) in cases {
      var sum = ExactSum()
      sum.add(loss)
      #expect(sum.value == expected, "\(loss)")
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 0x1.0000001p62, -1e300])
  func whatCannotBeAddedStaysVisible(_ loss: Double) {
    var sum = ExactSum()
    sum.add(1)
    sum.add(loss)
    sum.add(1)
    #expect(sum.value.isNaN && sum.mean.isNaN)
    #expect(sum.count == 3)
    var outer = ExactSum()
    outer.add(sum)
    #expect(outer.value.isNaN)
  }

  /// 2⁶² + 2⁶² leaves the fixed point's range, whatever is added before, between or after.
  @Test func anOverflowIsNoNumberInAnyOrder() {
    let losses = [0x1p62, 1, 0x1.8p61, 3, 0x1p62, 0x1.4p60]
    var reference = ExactSum()
    for loss in losses { reference.add(loss) }
    #expect(reference.value.isNaN)
    for seed in 0..<50 {
      var sum = ExactSum()
      for index in Permutation.random(count: losses.count, seed: UInt64(seed)) {
        sum.add(losses[index])
      }
      #expect(sum == reference)
    }
  }

  @Test func anOverflowOnTheWayDoesNotMatter() {
    for losses in [[0x1p62, 0x1p62, -0x1p62], [-0x1p62, -0x1p62, -0x1p62, 0x1p62]] {
      var forward = ExactSum()
      var backward = ExactSum()
      for loss in losses { forward.add(loss) }
      for loss in losses.reversed() { backward.add(loss) }
      #expect(forward == backward)
      #expect(forward.value == losses.reduce(0, +))
    }
  }

  @Test func anEmptySumHasNoMean() {
    #expect(ExactSum().value == 0)
    #expect(ExactSum().mean.isNaN)
  }
}
