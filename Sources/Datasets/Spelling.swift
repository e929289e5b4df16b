/// Guesses at what a misspelt name was meant to be.
package enum Spelling {
  /// The known name that is most like a given one.
  ///
  /// - Parameters:
  ///   - name: What was given.
  ///   - known: What it may have been meant to be; of equally near ones, the first is taken.
  /// - Returns: The nearest, or nil if to reach it more than half of the longer name must be
  ///   changed.
  package static func nearest(to name: String, among known: [String]) -> String? {
    let nearest = known.map { (name: $0, distance: distance(name, $0)) }
      .min { $0.distance < $1.distance }
    guard let nearest, 2 * nearest.distance <= max(name.count, nearest.name.count) else {
      return nil
    }
    return nearest.name
  }

  /// The Levenshtein distance: how many characters must be inserted, deleted or replaced.
  ///
  /// - Parameters:
  ///   - first: A string.
  ///   - second: Another.
  /// - Returns: The smallest number of changes that makes one into the other.
  static func distance(_ first: String, _ second: String) -> Int {
    let columns = Array(second)
    var row = Array(0...columns.count)
    for (index, character) in first.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in columns.indices {
        let replaced = diagonal + (columns[column] == character ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
      }
    }
    return row[columns.count]
  }
}
