import Foundation
import Testing
@testable import Files
@testable import TrainingCore

/// Numbers of other types become single precision: exactly, or by one rounding.
@Suite struct TensorConversionTests {
  private static func entry(_ type: String, _ bits: [some FixedWidthInteger]) -> Safetensors.Entry {
    Safetensors.Entry(
      type: type, shape: [bits.count],
      bytes: bits.reduce(into: Data()) { data, bits in
        withUnsafeBytes(of: bits.littleEndian) { data.append(contentsOf: $0) }
      })
  }

  private static func floats(_ entry: Safetensors.Entry) -> [Float] {
    TensorLayout.tensor(entry, as: TensorSpec("t", .bias, entry.shape)).values
  }

  /// Every half, by the standard's formula: (−1)ˢ 2ᵉ⁻¹⁵ (1 + f/1024), or 2⁻¹⁴ f/1024 where e = 0.
  @Test func everyHalfIsExact() {
    let entry = Self.entry("F16", Array(UInt16.min...UInt16.max))
    #expect(TensorLayout.isExact(entry))
    for (bits, value) in Self.floats(entry).enumerated() {
      let (exponent, fraction) = (bits >> 10 & 31, Double(bits & 1023) / 1024)
      let sign: FloatingPointSign = bits >> 15 == 0 ? .plus : .minus
      #expect(value.sign == sign)
      if exponent == 31 {
        #expect(fraction == 0 ? value.isInfinite : value.isNaN)
      } else {
        let significand = exponent == 0 ? fraction : 1 + fraction
        let magnitude =
          significand * Double(sign: .plus, exponent: max(exponent, 1) - 15, significand: 1)
        #expect(Double(value.magnitude) == magnitude)
      }
    }
  }

  @Test func everyBrainFloatIsTheFirstHalfOfAFloat() {
    let entry = Self.entry("BF16", Array(UInt16.min...UInt16.max))
    #expect(TensorLayout.isExact(entry))
    #expect(Self.floats(entry).map(\.bitPattern) == (0...0xFFFF).map { UInt32($0) << 16 })
  }

  /// Doubles halfway between two floats go to the even one, the next ones to either side of it.
  @Test func doublesAreRoundedOnce() {
    let halfway = 1 + 0x1p-24
    let doubles = [
      halfway, halfway.nextUp, 1 + 3 * 0x1p-24, halfway.nextDown, -0.0, 0x1p-150, 0.25,
    ]
    let entry = Self.entry("F64", doubles.map(\.bitPattern))
    #expect(!TensorLayout.isExact(entry))
    let expected: [Float] = [1, 1 + 0x1p-23, 1 + 0x1p-22, 1, -0.0, 0, 0.25]
    #expect(Self.floats(entry).map(\.bitPattern) == expected.map(\.bitPattern))
    let exact = [0.25, -0.0, 0x1p-149]
    #expect(TensorLayout.isExact(Self.entry("F64", exact.map(\.bitPattern))))
  }

  /// A file of each type is the same model, and what became of it is said once.
  @Test(arguments: [
    ("F16", "6 F16 tensors become F32 exactly"), ("BF16", "6 BF16 tensors become F32 exactly"),
    ("F64", "6 F64 tensors become F32 exactly"),
    ("F64.", "6 F64 tensors become F32 by one rounding"),
  ])
  func modelsOfOtherTypesAreTaken(_ kind: String, _ note: String) throws {
    let model = try ModelSpec(named: "mlp:6-5-3+batchnorm")
    // ±1 in each type, but for the last, which has ±1.1.
    let ones: [String: Data] = [
      "F16": Data([0, 0x3C]), "BF16": Data([0x80, 0x3F]),
      "F64": withUnsafeBytes(of: 1.0) { Data($0) }, "F64.": withUnsafeBytes(of: 1.1) { Data($0) },
    ]
    let one = try #require(ones[kind])
    let state = ModelState.initial(model: model, optimizer: .sgd(SGDSpec()), seed: 1)
    var file = Checkpoint.weights(of: state, model: model)
    for spec in ParameterLayout(of: model).parameters {
      let entry = try #require(file.entries[spec.name])
      let values = entry.elements { (bits: UInt32) in Float(bitPattern: bits) }
      var bytes = Data()
      for value in values {
        bytes += one.dropLast() + [one[one.count - 1] | (value < 0 ? 0x80 : 0)]
      }
      file.entries[spec.name] = Safetensors.Entry(
        type: String(kind.prefix { $0 != "." }), shape: entry.shape, bytes: bytes)
    }
    file.entries["bn1.num_batches_tracked"] = Safetensors.Entry(
      type: "I32", shape: [], bytes: Data([9, 0, 0, 0]))
    let expected: Float = kind == "F64." ? 1.1 : 1
    let (loaded, notes) = try TensorNamesTests.load(file, model)
    #expect(notes.count == 1 && notes[0].hasSuffix(".safetensors: \(note)"), "\(notes)")
    #expect(loaded.batchesTracked == 9)
    for (new, old) in zip(loaded.parameters, state.parameters) {
      #expect(new.values == old.values.map { $0 < 0 ? -expected : expected })
    }
    file.entries["bn1.num_batches_tracked"]?.bytes = Data([0xFF, 0xFF, 0xFF, 0xFF])
    #expect(
      TensorNamesTests.problem(file, model) == "its num_batches_tracked is out of range")
  }

  @Test func aDoubleBeyondTheRangeIsRefused() throws {
    let model = try ModelSpec(named: "mlp:2-3")
    let state = ModelState.initial(model: model, optimizer: .sgd(SGDSpec()), seed: 1)
    var file = Checkpoint.weights(of: state, model: model)
    file.entries["fc1.bias"] = Self.entry("F64", [1, 1e300, 1.0].map(\.bitPattern))
    #expect(
      TensorNamesTests.problem(file, model)
        == "tensor 'fc1.bias' has a number that is infinite or not a number")
  }
}
