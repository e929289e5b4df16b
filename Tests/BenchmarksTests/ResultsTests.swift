import Foundation
import Measurement
import OutputFiles
import Testing

@testable import benchmarks

@Suite struct ResultsTests {
  private let results = Results(
    of: "training", options: ["--seconds": "1"], load: 0.5,
    peers: [PeerDescription(name: "PyTorch", version: "2", python: "3", threads: 1)],
    series: [
      Series(["batch": "1"], unit: "s/step", samples: [1, 2, 3, 4, 5, 6, 7], repetitions: 8),
      Series(["batch": "1"], unit: "ratio", samples: [1]),
    ])

  @Test func readsBackWhatWasWritten() throws {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    #expect(try decoder.decode(Results.self, from: encodedJSON(results)) == results)
  }

  @Test func readersFindTheMedianAndItsInterval() throws {
    let json = try JSONSerialization.jsonObject(with: encodedJSON(results))
    let series = try #require((json as? [String: Any])?["series"] as? [[String: Any]])
    #expect(series[0]["median"] as? Double == 4)
    let interval = try #require(series[0]["interval"] as? [String: Double])
    #expect(interval == ["lower": 1, "upper": 7, "level": 0.95])
    #expect(series[0]["repetitions"] as? Int == 8)
    // One sample has no interval: it is absent, not zero.
    #expect(series[1]["interval"] == nil)
    #expect(series[1]["repetitions"] == nil)
  }

  @Test func aFileIsWritten() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "results.json").path
    try ResultsFile(path: path).write(results)
    #expect(try Data(contentsOf: URL(filePath: path)) == encodedJSON(results))
  }

  @Test func aSeriesWithoutFiniteSamplesHasNoMedian() {
    #expect(Series([:], unit: "s", samples: []).median == nil)
    #expect(Series([:], unit: "s", samples: [1, .nan]).median == nil)
    #expect(Series([:], unit: "s", samples: [1]).relativeHalfWidth == nil)
    let series = Series([:], unit: "s", samples: [3, 3.5, 3.75, 4, 4.25, 4.5, 5])
    #expect(series.relativeHalfWidth == 0.25)
  }
}
