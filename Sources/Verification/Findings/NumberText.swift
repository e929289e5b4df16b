import Foundation

// How findings write numbers. Tables and reports have `NumberFormat`, in a target that a library of
// laws does without.

/// A whole number with a comma before every third digit.
func grouped(_ number: Int) -> String {
  number.formatted(.number.locale(Locale(identifier: "en_US")))
}

/// A number in six significant digits, as losses are written; where bits matter, numbers are written
/// in full.
func sixDigits(_ number: Double) -> String { String(format: "%.6g", number) }

extension Double {
  /// Three significant digits with a typographic minus.
  var brief: String { String(format: "%.3g", self).replacing("-", with: "−") }

  /// A share in three decimals, without zeros at the end.
  var share: String {
    let rounded = (self * 1000).rounded() / 1000
    return rounded == self || rounded.magnitude >= 0.01 || magnitude < 1e-6
      ? String(format: "%g", rounded == 0 ? 0 : rounded).replacing("-", with: "−") : brief
  }

  func order(decimals: Int) -> String { String(format: "%.\(decimals)f", self) }
}

/// `a, b and c`.
func list(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " and " + last
}
