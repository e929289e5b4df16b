import CommandLineTools
import Files
import Foundation
import Measurement
import Testing
@testable import benchmarks

@Suite struct ResultsTests {
  private let results = ResultSamples.results()

  private func object() throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: encodedJSON(results)) as? [String: Any])
  }

  private func refusal(_ object: Any) throws -> CommandError? {
    let data = try JSONSerialization.data(withJSONObject: object)
    return #expect(throws: CommandError.self) { try Results(data) }
  }

  @Test func readsBackWhatWasWritten() throws {
    #expect(try Results(encodedJSON(results)) == results)
  }

  @Test func `a file of results has the medians and their intervals`() throws {
    let series = try #require(try object()["series"] as? [[String: Any]])
    #expect(series[0]["median"] as? Double == 4)
    let interval = try #require(series[0]["interval"] as? [String: Double])
    #expect(interval == ["lower": 1, "upper": 7, "level": 0.95])
    #expect(series[0]["repetitions"] as? Int == 8)
    // One sample has no interval: it is absent, not zero.
    #expect(series[1]["interval"] == nil)
    #expect(series[1]["repetitions"] == nil)
  }

  @Test func `every energy in a file says whether it is measured or modelled`() throws {
    let energies = try #require(try object()["energies"] as? [[String: Any]])
    let perImage = energies.compactMap { $0["perImage"] as? [String: Any] }
    #expect(
      perImage.map { $0["provenance"] as? String } == ["modelled", "measured", "unavailable"])
    #expect(perImage.map { $0["joules"] as? Double } == [0.8, 0.2, nil])
  }

  /// The schema's description has every key that there is.
  @Test func everyKeyIsDescribed() throws {
    let schema = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Benchmarks/SCHEMA.md"), encoding: .utf8)
    let all = keys(try object())
    #expect(all.count > 40, "it must find the keys")
    #expect(all.filter { !schema.contains("`\($0)`") } == [])
  }

  /// Every key at every depth, but for the names of labels and options.
  private func keys(_ value: Any) -> Set<String> {
    switch value {
    case let object as [String: Any]:
      object.filter { $0.key != "labels" && $0.key != "options" }.values
        .reduce(into: Set(object.keys)) { $0.formUnion(keys($1)) }
    case let list as [Any]: list.reduce(into: Set()) { $0.formUnion(keys($1)) }
    default: []
    }
  }

  @Test func anotherSchemaIsRefused() throws {
    for schema in [1, 2, 4, 0] {
      var object = try object()
      object["schema"] = schema
      #expect(
        try refusal(object)
          == .misuse(
            "its schema is \(schema), and this program reads 3: use the one that wrote it, or "
              + "measure again"))
    }
  }

  @Test func `a file that is no benchmark's results is refused`() throws {
    let foreign = CommandError.misuse(
      "it is no benchmark's results, whose JSON has a number 'schema'")
    for object in [[:], ["schema": "2"], [1, 2], ["benchmark": "x"]] as [Any] {
      #expect(try refusal(object) == foreign)
    }
    let whole = try encodedJSON(results)
    for data in [Data(), Data("text".utf8), whole.dropLast(whole.count / 2)] {
      #expect(throws: CommandError.misuse("it is not JSON, or ends too early")) {
        try Results(Data(data))
      }
    }
  }

  @Test func `the message about a damaged file says where the damage is`() throws {
    for key in ["series", "machine", "energies", "date"] {
      var object = try object()
      object[key] = nil
      #expect(try refusal(object) == .misuse("it is damaged: \(key) is missing"))
    }
    var object = try object()
    object["series"] = [["labels": [:], "unit": "s", "samples": ["NaN"]]]
    #expect(
      try refusal(object) == .misuse("it is damaged: series.0.samples.0 is of another type"))
    object["series"] = []
    object["latencies"] = [["labels": [:], "copies": []]]
    #expect(
      try refusal(object)
        == .misuse("it is damaged: latencies.0.copies: a latency needs at least one copy"))
    object["latencies"] = []
    object["energies"] = [["labels": [:], "images": 1, "rounds": []]]
    #expect(
      try refusal(object)
        == .misuse("it is damaged: energies.0.rounds: an energy needs a round with images"))
  }

  /// Rows that a comparison could be misled by.
  @Test func `results with unusable samples or two rows of one name are refused`() throws {
    let sound = try object()
    let series = try #require(sound["series"] as? [[String: Any]])
    for samples in [[0.0], [-1], [1, -1], []] {
      var object = sound
      var row = series[0]
      row["samples"] = samples
      object["series"] = [row]
      #expect(
        try refusal(object)?.description.hasSuffix(
          "has a sample that is no positive number, or none")
          == true)
    }
    for place in [0, series.count] {
      var object = sound
      var rows = series
      var copy = series[0]
      copy["samples"] = [7.0]
      rows.insert(copy, at: place)
      object["series"] = rows
      #expect(try refusal(object)?.description.hasSuffix(" is there twice") == true)
    }
  }

  @Test func `results are written where --json names a file`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "results.json").path
    try ResultFile(path: path, option: "--json").write(encodedJSON(results))
    #expect(try Results(contentsOf: path) == results)
    #expect(throws: CommandError.misuse("\(path).not: there is no such file")) {
      try Results(contentsOf: path + ".not")
    }
    #expect(throws: CommandError.misuse("\(folder.path): it can't be read")) {
      try Results(contentsOf: folder.path)
    }
  }

  @Test func aSeriesWithoutFiniteSamplesHasNoMedian() {
    #expect(Series([:], unit: "s", samples: []).median == nil)
    #expect(Series([:], unit: "s", samples: [1, .nan]).median == nil)
    #expect(Series([:], unit: "s", samples: [1]).relativeHalfWidth == nil)
    let series = Series([:], unit: "s", samples: [3, 3.5, 3.75, 4, 4.25, 4.5, 5])
    #expect(series.relativeHalfWidth == 0.25)
  }

  @Test func labelsReadLikeASentence() {
    let labels = ["threads": "2", "batch": "16", "task": "training", "model": "mlp-1", "by": "us"]
    #expect(Series.name(labels) == "training, mlp-1, batch 16, us, threads 2")
    #expect(Series.name(["trained at": "1", "task": "latency"]) == "latency, trained at 1")
  }
}
