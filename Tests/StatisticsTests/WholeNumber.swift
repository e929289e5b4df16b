/// A whole number of any size, as much of it as chances need.
struct WholeNumber {
  /// The digits to the base 2³², the least first.
  private var digits: [UInt64]

  init(_ number: UInt64) {
    digits = [number & 0xffff_ffff, number >> 32]
  }

  private func digit(_ index: Int) -> UInt64 { index < digits.count ? digits[index] : 0 }

  static func * (number: WholeNumber, factor: UInt64) -> WholeNumber {
    var result = number
    var carry: UInt64 = 0
    for index in result.digits.indices {
      let product = result.digits[index] * factor + carry
      result.digits[index] = product & 0xffff_ffff
      carry = product >> 32
    }
    if carry > 0 { result.digits.append(carry) }
    return result
  }

  /// A quotient without a remainder.
  static func / (number: WholeNumber, divisor: UInt64) -> WholeNumber {
    var result = number
    var remainder: UInt64 = 0
    for index in result.digits.indices.reversed() {
      let part = remainder << 32 | result.digits[index]
      result.digits[index] = part / divisor
      remainder = part % divisor
    }
    precondition(remainder == 0, "the quotient is whole")
    return result
  }

  static func + (left: WholeNumber, right: WholeNumber) -> WholeNumber {
    var result = left
    var carry: UInt64 = 0
    for index in 0..<max(left.digits.count, right.digits.count) {
      if index == result.digits.count { result.digits.append(0) }
      let sum = result.digits[index] + right.digit(index) + carry
      result.digits[index] = sum & 0xffff_ffff
      carry = sum >> 32
    }
    if carry > 0 { result.digits.append(carry) }
    return result
  }

  static func <= (left: WholeNumber, right: WholeNumber) -> Bool {
    for index in (0..<max(left.digits.count, right.digits.count)).reversed() {
      let (a, b) = (left.digit(index), right.digit(index))
      if a != b { return a < b }
    }
    return true
  }
}
