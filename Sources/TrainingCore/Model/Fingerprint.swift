/// One number over every bit of a model's state.
///
/// FNV-1a with 64 bits (Fowler, Noll, Vo) over names, shapes and the little-endian bits of all
/// elements. Two runs with the same fingerprint hold the same weights, optimizer state and moving
/// averages, except by a chance of 2⁻⁶⁴; it is no protection against intent.
public struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
  private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The hash of nothing, to which bytes can be added.
  package init() {}

  /// Hashes images and their labels.
  package init(of examples: Examples) {
    for extent in [examples.shape.height, examples.shape.width, examples.shape.channels] {
      mix(extent)
    }
    mix(examples.classCount)
    for value in examples.inputs { mix(value.bitPattern) }
    mix(examples.labels)
  }

  /// Adds bytes to the hash.
  package mutating func mix(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { mix(byte) }
  }

  /// Hashes a state.
  public init(of state: ModelState) {
    for tensor in state.parameters + state.statistics + state.slots.flatMap({ $0 }) {
      mix(tensor.name.utf8)
      for extent in tensor.shape { mix(extent) }
      for value in tensor.values { mix(value.bitPattern) }
    }
    mix(state.steps)
    mix(state.batchesTracked)
  }

  /// Sixteen hexadecimal digits.
  public var description: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private mutating func mix(_ word: some FixedWidthInteger) {
    for shift in stride(from: 0, to: word.bitWidth, by: 8) {
      hash = (hash ^ UInt64(truncatingIfNeeded: word >> shift) & 0xFF) &* 0x100_0000_01B3
    }
  }
}
