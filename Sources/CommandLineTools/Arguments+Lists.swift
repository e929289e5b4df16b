extension Arguments {
  /// An option's list of words, separated by commas.
  package func list(_ name: String) throws(CommandError) -> [String]? {
    guard let text = text(name) else { return nil }
    let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard words.allSatisfy({ !$0.isEmpty }) else {
      throw .misuse("\(name) '\(text)': a list such as A,B,C expected, without gaps or spaces")
    }
    guard Set(words).count == words.count else {
      throw .misuse("\(name) '\(text)' names something twice: keep one")
    }
    return words
  }

  /// An option's list of whole numbers, separated by commas.
  package func integers(
    _ name: String, in range: ClosedRange<Int>
  ) throws(CommandError) -> [Int]? {
    try list(name)?.map { word throws(CommandError) in
      guard let number = Int(word), range.contains(number) else {
        throw .misuse(
          "\(name) '\(word)': whole numbers from \(range.lowerBound) to \(range.upperBound) "
            + "expected, separated by commas")
      }
      return number
    }
  }

  /// An option's list of batch sizes, each once, separated by commas.
  package func batchSizes(_ name: String) throws(CommandError) -> [Int]? {
    let sizes = try list(name)?.map { text throws(CommandError) in
      guard let size = Int(text), (1...10_000_000).contains(size) else {
        throw .misuse("\(name) '\(text)': whole numbers from 1, separated by commas, expected")
      }
      return size
    }
    guard Set(sizes ?? []).count == sizes?.count ?? 0 else {
      throw .misuse("\(name) names a size twice: keep one")
    }
    return sizes
  }
}
