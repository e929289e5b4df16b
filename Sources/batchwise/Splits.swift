import CommandLineTools
import Verification

/// What `--splits` says: one or more ways to cut a batch.
enum Splits {
  static let help =
    "lists with / between them; numbers that add up to the batch size are one split into parts of "
    + "these sizes, and otherwise each number k means k equal parts (default: 2, 4, and a third "
    + "and the rest)"

  /// Reads the option.
  ///
  /// - Parameters:
  ///   - text: What was typed, or nil for the default.
  ///   - batchSize: The samples of the batch.
  /// - Returns: The splits, each once.
  /// - Throws: `CommandError.misuse` for what doesn't make the batch.
  static func read(_ text: String?, batchSize: Int) throws(CommandError) -> [Split] {
    guard let text else { return byDefault(batchSize) }
    var splits: [Split] = []
    for list in text.split(separator: "/", omittingEmptySubsequences: false) {
      for split in try read(list: String(list), in: text, batchSize: batchSize)
      where !splits.contains(split) {
        splits.append(split)
      }
    }
    return splits
  }

  private static func read(
    list: String, in text: String, batchSize: Int
  ) throws(CommandError) -> [Split] {
    let words = list.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = words.compactMap { Int($0) }
    guard numbers.count == words.count, numbers.allSatisfy({ (1...10_000_000).contains($0) })
    else {
      throw .misuse("--splits '\(text)': whole numbers such as 2,4 or 100,156 expected")
    }
    if numbers.count > 1, numbers.reduce(0, +) == batchSize { return [Split(sizes: numbers)] }
    var splits: [Split] = []
    for number in numbers {
      guard let split = Split(batchSize, equalParts: number) else {
        let sum =
          numbers.count > 1
          ? " and \(numbers.map(String.init).joined(separator: " + ")) isn't \(batchSize)" : ""
        throw .misuse(
          "--splits '\(text)': \(number) doesn't divide a batch of \(batchSize)\(sum)")
      }
      splits.append(split)
    }
    return splits
  }

  private static func byDefault(_ batchSize: Int) -> [Split] {
    var splits = [2, 4].compactMap { Split(batchSize, equalParts: $0) }
    let third = batchSize / 3
    if third > 0 { splits.append(Split(sizes: [third, batchSize - third])) }
    return splits
  }
}
