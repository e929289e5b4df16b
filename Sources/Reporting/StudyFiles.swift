import Files
import Foundation

/// The files that a study leaves, the same three for each.
public enum StudyFiles {
  /// Everything, as JSON.
  public static let results = "results.json"
  /// The rows, with every digit.
  public static let table = "results.csv"
  /// The page.
  public static let page = "report.html"

  /// All of them.
  public static let names = [results, table, page]

  /// Writes the files together.
  static func write(
    _ result: some Encodable, _ rows: TextTable, _ report: HTMLReport, to folder: OutputFolder
  ) throws(OutputError) {
    try folder.write([
      (results, try encodedJSON(result)), (table, Data(rows.csv().utf8)),
      (page, Data(report.html().utf8)),
    ])
  }
}
