import Files
import Foundation
import Measurement
import Reporting

/// What a study says in the end: a page, a table, and what became of the claims.
package struct StudyReport {
  let title: String
  /// What was done and found, in a few sentences.
  let lead: String
  package let claims: [Claim]
  /// The page's sections after the claims.
  let sections: [HTMLReport.Section]
  /// What the page's foot says of the run, before the machine.
  let facts: [HTMLReport.Fact]
  /// Every row with every figure, for CSV and JSON.
  let table: TextTable
  /// The most important figures, for the terminal.
  package let summary: TextTable
  /// What explains them.
  package let notes: String
}

extension HTMLReport.Section {
  init(_ heading: String, _ blocks: HTMLReport.Block...) { self.init(heading, blocks: blocks) }

  /// Every training, on demand; `rest` says what `results.json` and `results.csv` hold.
  static func rawData(
    _ rest: String, _ remark: String = "", all things: String, _ table: TextTable
  ) -> HTMLReport.Section {
    .init(
      "Raw data",
      .paragraph(
        "results.json holds everything\(rest). A fingerprint is one hash over weights and "
          + "optimizer state: the same seed and options give the same again.\(remark)"),
      .details(summary: "All \(things)", blocks: [.table(table)]))
  }
}

extension HTMLReport.Fact {
  static func seeds(from first: UInt64) -> HTMLReport.Fact {
    .init("Seeds", "\(first) and following, one per trial")
  }
}

extension StudyResult {
  /// The page with everything.
  package func page(_ report: StudyReport) -> HTMLReport {
    let missing = jobCount - records.count
    let part =
      isComplete
      ? ""
      : " The study is incomplete: \(missing) of \(jobCount) trainings and measurements are "
        + "missing, and so is what follows from them."
    return HTMLReport(
      title: report.title, lead: report.lead + part,
      sections: [Self.section(on: report.claims)] + report.sections,
      facts: report.facts + originFacts)
  }

  private static func section(on claims: [Claim]) -> HTMLReport.Section {
    let notes = claims.map { claim in
      HTMLReport.Block.note(
        label: claim.verdict.rawValue.capitalized + (claim.subject.map { " · \($0)" } ?? ""),
        text: "“\(claim.text)” \(claim.evidence)")
    }
    return .init(
      "The claims and their verdicts",
      blocks: notes.isEmpty ? [.paragraph("There are too few figures to check a claim.")] : notes)
  }

  private var originFacts: [HTMLReport.Fact] {
    guard let first = origins.first else { return [] }
    let others = origins.dropFirst().map {
      HTMLReport.Fact(
        "Also run on",
        "\($0.machine.processor ?? "an unknown processor"), \($0.machine.processorCount) logical "
          + "processors, \($0.trainer); its times, if it took any, are left out")
    }
    return [.init("Trainer", first.trainer)] + HTMLReport.Fact.facts(of: first.machine) + others
  }
}

/// The files that a study leaves beside its records, the same for each.
package enum StudyFiles {
  /// What is to be done, before it is.
  package static let plan = "study.json"
  package static let results = "results.json"
  /// The rows, with every digit.
  static let table = "results.csv"
  package static let page = "report.html"

  /// All that a report consists of.
  package static let names = [results, table, page]

  /// Writes the report's files together.
  package static func write<S: Study>(
    _ result: StudyResult<S>, _ report: StudyReport, to folder: OutputFolder
  ) throws(OutputError) {
    try folder.write([
      (results, try encodedJSON(StudyResultFile(result: result, report: report))),
      (table, Data(report.table.csv().utf8)),
      (page, Data(result.page(report).html().utf8)),
    ])
  }
}
