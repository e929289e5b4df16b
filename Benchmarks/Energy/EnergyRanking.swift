import Measurement

/// What can be said of the energies of several batch sizes: which take more, and which can't be told.
struct EnergyRanking {
  /// Two batch sizes, the first of which takes surely more.
  private(set) var larger: [(more: Int, less: Int)] = []
  /// Two batch sizes whose ranges overlap, or aren't known.
  private(set) var undecided: [(Int, Int)] = []

  /// Compares every two rows by their ranges.
  ///
  /// - Parameter rows: Energies of one task, model and optimizer.
  init(_ rows: [EnergyRow]) {
    for (index, first) in rows.enumerated() {
      for second in rows[(index + 1)...] {
        let pair = (first.batchSize, second.batchSize)
        guard first.perImage.domain == second.perImage.domain, let a = first.range,
          let b = second.range
        else {
          undecided.append(pair)
          continue
        }
        if a.lower > b.upper {
          larger.append(pair)
        } else if b.lower > a.upper {
          larger.append((pair.1, pair.0))
        } else {
          undecided.append(pair)
        }
      }
    }
  }

  /// The finding in words.
  var text: String {
    let surely = larger.map { "\($0.more) than \($0.less)" }
    let none = undecided.map { "\($0.0) and \($0.1)" }
    return
      ((surely.isEmpty
      ? [] : ["An image takes more energy at batch size " + surely.joined(separator: ", ") + "."])
      + (none.isEmpty
        ? []
        : ["No ranking: the ranges of " + none.joined(separator: ", of ") + " overlap."]))
      .joined(separator: " ")
  }
}
