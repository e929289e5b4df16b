/// Guesses at what a misspelt name was meant to be: of a data set here, of an option or a command in
/// the command-line tools.
package enum Spelling {
  /// The known name whose words have a given one's letters for initials, as `learning-rate` has `lr`;
  /// or else the shortest that begins with it; or else the first of the nearest, or nil if more than
  /// half of the longer name would have to change.
  package static func nearest(to name: String, among known: [String]) -> String? {
    if name.count > 1 {
      let initials = { (known: String) in String(known.split(separator: "-").compactMap(\.first)) }
      if let meant = known.first(where: { initials($0) == name }) { return meant }
      let longer = known.filter { $0.hasPrefix(name) }
      if let meant = longer.min(by: { $0.count < $1.count }) { return meant }
    }
    let nearest = known.map { (name: $0, distance: distance(name, $0)) }
      .min { $0.distance < $1.distance }
    guard let nearest, 2 * nearest.distance <= max(name.count, nearest.name.count) else {
      return nil
    }
    return nearest.name
  }

  /// The Levenshtein distance: how many characters must be inserted, deleted or replaced.
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
