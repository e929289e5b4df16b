import Foundation

/// Encodes a value as JSON for people and programs: indented, keys sorted, one final line break.
///
/// JSON has no number for NaN and the infinities, and `null` already says that a value is absent.
/// They are written as the strings `"NaN"`, `"Infinity"` and `"-Infinity"`, so that a loss which
/// diverged is told from a loss which was not measured. Dates are ISO 8601.
package func encodedJSON(_ value: some Encodable) throws(OutputError) -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  encoder.dateEncodingStrategy = .iso8601
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
  do {
    return try encoder.encode(value) + Data("\n".utf8)
  } catch {
    throw .notEncodable(reason: "\(error)")
  }
}

/// Decodes what `encodedJSON` wrote.
package func decodedJSON<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
  let decoder = JSONDecoder()
  decoder.dateDecodingStrategy = .iso8601
  decoder.nonConformingFloatDecodingStrategy = .convertFromString(
    positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
  return try decoder.decode(type, from: data)
}
