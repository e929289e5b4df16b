/// SHA-256 (FIPS 180-4), for the checksums that a README lists.
enum SHA256 {
  /// The fractional parts of the cube roots of the first 64 primes, and, of the first eight, of
  /// the square roots.
  private static let primes = (2...311).filter { number in
    (2..<number).allSatisfy { number % $0 != 0 }
  }
  private static let roundConstants = primes.map { fraction(ofRoot: 3, of: $0) }
  private static let initialState = primes.prefix(8).map { fraction(ofRoot: 2, of: $0) }

  static func hexadecimal(_ message: [UInt8]) -> String {
    let padding = [0x80] + [UInt8](repeating: 0, count: (119 - message.count % 64) % 64)
    let length = UInt64(message.count * 8)
    let padded =
      message + padding + (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * $0)) }
    var state = initialState
    var schedule = [UInt32](repeating: 0, count: 64)
    for block in stride(from: 0, to: padded.count, by: 64) {
      fill(&schedule, from: padded[block..<block + 64])
      compress(&state, schedule)
    }
    return state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  private static func fill(_ schedule: inout [UInt32], from block: ArraySlice<UInt8>) {
    for index in 0..<16 {
      let start = block.startIndex + 4 * index
      schedule[index] = block[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
    for index in 16..<64 {
      let (x, y) = (schedule[index - 15], schedule[index - 2])
      let small = rotate(x, 7) ^ rotate(x, 18) ^ x >> 3
      let large = rotate(y, 17) ^ rotate(y, 19) ^ y >> 10
      schedule[index] = schedule[index - 16] &+ small &+ schedule[index - 7] &+ large
    }
  }

  private static func compress(_ state: inout [UInt32], _ schedule: [UInt32]) {
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for round in 0..<64 {
      let choice = e & f ^ ~e & g
      let majority = a & b ^ a & c ^ b & c
      let first =
        h &+ (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) &+ choice
        &+ roundConstants[round] &+ schedule[round]
      let second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ majority
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
    }
    for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
  }

  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word >> count | word << (32 - count)
  }

  /// The first 32 bits after the point of a root, by bisection over integers.
  private static func fraction(ofRoot degree: Int, of number: Int) -> UInt32 {
    let radicand = UInt128(number) << (32 * UInt128(degree))
    var root: UInt128 = 0
    for bit in (0..<38).reversed() {
      let trial = root | 1 << UInt128(bit)
      let power = (0..<degree).reduce(1 as UInt128) { product, _ in product * trial }
      if power <= radicand { root = trial }
    }
    return UInt32(truncatingIfNeeded: root)
  }
}
