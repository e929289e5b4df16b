import Foundation

/// A whole number with a comma behind every third digit.
func grouped(_ number: Int) -> String {
  var digits = String(number)
  var end = digits.endIndex
  while digits.distance(from: digits.startIndex, to: end) > 3 {
    end = digits.index(end, offsetBy: -3)
    digits.insert(",", at: end)
  }
  return digits
}

/// A number as a person wants to read it; where bits matter, numbers are written in full.
func sixDigits(_ number: Double) -> String { String(format: "%.6g", number) }
