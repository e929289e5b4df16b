import Testing

@testable import ReferenceTraining

@Suite struct ElementaryFunctionsTests {
  /// Pins the results themselves, which have to be the same on every processor and in every build.
  @Test func bitsAreTheSameEverywhere() {
    #expect(hash { ElementaryFunctions.exp($0) } == 0xcde4_6638_66ec_4d10)
    #expect(hash { ElementaryFunctions.log($0) } == 0xe7cc_b225_d36f_fc12)
    #expect(hash { ElementaryFunctions.tanh($0) } == 0x217c_822a_1233_3711)
  }

  /// The FNV-1a hash, word by word, of a function's bits over a sample of the floats; all NaNs
  /// count as one.
  private func hash(of function: (Float) -> Float) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    let step = Int(FloatSweep.sampleStride)
    for pattern in stride(from: 0, through: Int(UInt32.max), by: step) {
      let result = function(Float(bitPattern: UInt32(pattern)))
      let bits = result.isNaN ? Float.nan.bitPattern : result.bitPattern
      hash = (hash ^ UInt64(bits)) &* 0x100_0000_01b3
    }
    return hash
  }

  @Test func powersOfTwoAreExact() {
    for exponent in Int32(-126)...127 {
      let power = Float(sign: .plus, exponent: Int(exponent), significand: 1)
      #expect(ElementaryFunctions.powerOfTwo(exponent) == power)
    }
  }
}
