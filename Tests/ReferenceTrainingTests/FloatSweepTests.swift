import Testing

@Suite struct FloatSweepTests {
  @Test func errorsAreInUlpsOfTheRoundedExactValue() {
    #expect(FloatSweep.ulps(of: 1, from: 1) == 0)
    #expect(FloatSweep.ulps(of: Float(1).nextUp, from: 1) == 1)
    #expect(FloatSweep.ulps(of: Float(1).nextDown, from: 1) == 0.5)
    #expect(FloatSweep.ulps(of: 2, from: Double(Float(2).nextDown)) == 1)
    #expect(FloatSweep.ulps(of: 0x1p-149, from: 0x1p-150) == 0.5)
    #expect(FloatSweep.ulps(of: 0, from: 0x1p-148) == 2)
    #expect(FloatSweep.ulps(of: -1, from: 1) == 0x1p24)
  }

  @Test func specialValuesMustMatch() {
    #expect(FloatSweep.ulps(of: .nan, from: .nan) == 0)
    #expect(FloatSweep.ulps(of: .infinity, from: 1e39) == 0)
    for (result, exact): (Float, Double) in [
      (.nan, 1), (1, .nan), (.infinity, .nan), (.nan, .infinity), (.infinity, 1),
      (.greatestFiniteMagnitude, 1e39), (-.infinity, .infinity),
    ] {
      #expect(FloatSweep.ulps(of: result, from: exact) == .infinity, "\(result) for \(exact)")
    }
  }

  @Test func aFaultAtOneArgumentIsFound() {
    let fault = Float(bitPattern: FloatSweep.sampleStride * 1_000_003)
    let sweep = FloatSweep.measure(
      { $0 == fault ? $0.nextDown.nextDown : $0 }, against: { $0 },
      stride: FloatSweep.sampleStride)
    #expect(sweep.worst == (2, fault))
    // The sample's neighbours are hundreds of floats away.
    #expect(sweep.decreases == 0)

    let around = fault.bitPattern - 300...fault.bitPattern + 300
    let near = FloatSweep.measure(
      { $0 == fault ? $0.nextDown.nextDown : $0 }, against: { $0 }, over: around, stride: 1)
    #expect(near.worst == (2, fault))
    #expect(near.decreases == 1)
  }

  @Test(arguments: [0x0000_0000...0x0000_01ff, 0xff7f_fe00...0xff7f_ffff] as [ClosedRange<UInt32>])
  func decreasesAreCountedOnBothSidesOfZero(patterns: ClosedRange<UInt32>) {
    let falling = FloatSweep.measure({ -$0 }, against: { -$0 }, over: patterns, stride: 1)
    #expect(falling.worst.ulps == 0)
    #expect(falling.decreases == patterns.count - 1)
  }

  @Test func `a sweep looks at both ends of its range`() {
    let patterns: ClosedRange<UInt32> = 1000...1000 + 7 * 51
    for end in [patterns.lowerBound, patterns.upperBound].map({ Float(bitPattern: $0) }) {
      let sweep = FloatSweep.measure(
        { $0 == end ? $0.nextUp : $0 }, against: { $0 }, over: patterns, stride: 7)
      #expect(sweep.worst == (1, end))
    }
  }

  @Test func `the floats around a number ascend`() {
    let floats = FloatSweep.floats(around: 0, within: 2)
    #expect(floats == [-0x1p-148, -0x1p-149, 0, 0x1p-149, 0x1p-148])
  }
}
