import CommandLineTools
import Files
import Foundation

extension Results {
  /// Reads a file of results.
  ///
  /// - Parameter path: The file.
  /// - Throws: `CommandError.misuse`, with one line that names the file and what is wrong with it.
  init(contentsOf path: String) throws(CommandError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      let reason =
        FileManager.default.fileExists(atPath: path) ? "it can't be read" : "there is no such file"
      throw .misuse("\(path): \(reason)")
    }
    do throws(CommandError) {
      try self.init(data)
    } catch {
      throw .misuse("\(path): \(error)")
    }
  }

  /// Reads results.
  ///
  /// - Parameter data: The JSON.
  /// - Throws: `CommandError.misuse` where it is no JSON, has another schema, or lacks something.
  init(_ data: Data) throws(CommandError) {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    let header: Header
    do {
      header = try decoder.decode(Header.self, from: data)
    } catch DecodingError.dataCorrupted {
      throw .misuse("it is not JSON, or ends too early")
    } catch {
      throw .misuse("it is no benchmark's results, whose JSON has a number 'schema'")
    }
    guard header.schema == Self.currentSchema else {
      throw .misuse(
        "its schema is \(header.schema), and this program reads \(Self.currentSchema): use the one "
          + "that wrote it, or measure again")
    }
    do {
      self = try decoder.decode(Results.self, from: data)
    } catch let error as DecodingError {
      throw .misuse("it is damaged: \(Self.line(error))")
    } catch {
      throw .misuse("it is damaged: \(error)")
    }
    try requireSound()
  }

  /// Refuses rows that nothing can be concluded from: samples that no clock gives, or two rows for
  /// the same work.
  private func requireSound() throws(CommandError) {
    var known: Set<[String: String]> = []
    for row in sampled {
      let name = Printable.line(Series.name(row.labels))
      guard row.isSound else {
        throw .misuse("it is damaged: \(name) has a sample that is no positive number, or none")
      }
      guard known.insert(row.labels.merging(["unit": row.unit]) { $1 }).inserted else {
        throw .misuse("it is damaged: \(name) is there twice")
      }
    }
  }

  private struct Header: Decodable {
    let schema: Int
  }

  /// Where a decoder stopped, and why.
  private static func line(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
      let path = context.codingPath + (last.map { [$0] } ?? [])
      return path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
    return switch error {
    case .keyNotFound(let key, let context): "\(place(context, key)) is missing"
    case .valueNotFound(_, let context): "\(place(context)) is null"
    case .typeMismatch(_, let context): "\(place(context)) is of another type"
    case .dataCorrupted(let context): "\(place(context)): \(context.debugDescription)"
    @unknown default: "\(error)"
    }
  }
}
