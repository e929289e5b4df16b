import Foundation

/// Verdicts that outlive the run, so that one that was interrupted goes on where it was.
struct MutantResults {
  private let file: URL
  private var verdicts: [String: Verdict] = [:]

  /// Reads what is known.
  ///
  /// - Parameter file: A file for the present sources, which need not exist.
  init(file: URL) {
    self.file = file
    if let data = try? Data(contentsOf: file),
      let known = try? JSONDecoder().decode([String: Verdict].self, from: data)
    {
      verdicts = known
    }
  }

  /// The verdict on a mutant.
  subscript(mutant: Mutant) -> Verdict? { verdicts[mutant.name] }

  /// How many verdicts there are.
  var count: Int { verdicts.count }

  /// Keeps a verdict.
  mutating func record(_ verdict: Verdict, on mutant: Mutant) throws {
    verdicts[mutant.name] = verdict
    try JSONEncoder().encode(verdicts).write(to: file, options: .atomic)
  }

  /// The table of all mutants, as the repository has it.
  ///
  /// - Parameter mutants: The mutants, each with a verdict.
  /// - Returns: Markdown.
  func table(of mutants: [Mutant]) -> String {
    let verdicts = mutants.compactMap { self[$0] }
    let counts = Oracle.allCases.map { oracle in
      "- \(oracle.heading): \(verdicts.count { $0.killers.contains(oracle) })"
    }
    let rows = mutants.map { mutant in
      let killers = self[mutant]?.killers ?? []
      let cells = Oracle.allCases.map { oracle in
        killers.contains(oracle) ? "killed" : oracle == .commonPractice ? "**LIVES**" : "–"
      }
      return "| " + ([mutant.name] + cells).joined(separator: " | ") + " |"
    }
    let headings = ["mutant"] + Oracle.allCases.map(\.heading)
    return """
      # What the oracles do to wrong backward passes

      Each mutant is a wrong variant of a function of the reference trainer, in the folder \
      `Variants`. `BATCHWISE_MUTANTS=1 swift test --filter MutantRunTests` builds the trainer once \
      with all of them in it, asks the suites of `Tests/GradientTests` about each, and writes this \
      file. The oracles together kill \(verdicts.count(where: \.isKilled)) of \(mutants.count); the \
      common practice (central differences to a relative 10⁻³, `CommonPractice.swift`) lets \
      \(verdicts.count { !$0.killers.contains(.commonPractice) }) live. Without a mutant, all of \
      these suites pass, and so do those of `Tests/ReferenceTrainingTests`, replays apart.

      An oracle that kills fewer isn't a worse one: the adjoint identity sees layers, not how they \
      are put together, and only the exact one looks at steps.

      ## Killed by

      \(counts.joined(separator: "\n"))

      ## Each mutant

      | \(headings.joined(separator: " | ")) |
      | \(headings.map { _ in "---" }.joined(separator: " | ")) |
      \(rows.joined(separator: "\n"))

      """
  }
}
