import Studies

extension HTMLReport.Section {
  /// What texts claim and what became of it.
  ///
  /// - Parameter claims: The claims, each with what it is about where there are several subjects.
  /// - Returns: A note for each.
  static func claims(_ claims: [(subject: String?, claim: Claim)]) -> Self {
    let notes = claims.map { subject, claim in
      HTMLReport.Block.note(
        label: claim.verdict.rawValue.capitalized + (subject.map { " · \($0)" } ?? ""),
        text: "“\(claim.text)” \(claim.evidence)")
    }
    return .init(
      "What holds",
      blocks: notes.isEmpty ? [.paragraph("There are too few figures to check a claim.")] : notes)
  }
}
