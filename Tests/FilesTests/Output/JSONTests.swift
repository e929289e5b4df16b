import Foundation
import Testing
@testable import Files

@Suite struct JSONTests {
  private struct Result: Encodable {
    var model = "mlp-1/\"x\""
    var loss: [Double] = [0.1, .nan, .infinity, -.infinity]
    var energy: Double?
    var accuracy: Float = 0.1
  }

  @Test func sortsKeysAndNamesWhatIsNotFinite() throws {
    let text = String(decoding: try encodedJSON(Result()), as: UTF8.self)
    #expect(
      text == """
        {
          "accuracy" : 0.1,
          "loss" : [
            0.1,
            "NaN",
            "Infinity",
            "-Infinity"
          ],
          "model" : "mlp-1/\\"x\\""
        }

        """)
  }

  @Test func decodingGivesBackWhatWasEncoded() throws {
    let loss = try decodedJSON([Double].self, from: encodedJSON(Result().loss))
    #expect(loss.map(\.bitPattern) == Result().loss.map(\.bitPattern))
    let date = Date(timeIntervalSince1970: 1_000_000)
    #expect(try decodedJSON(Date.self, from: encodedJSON(date)) == date)
  }

  private struct Failing: Encodable {
    func encode(to encoder: any Encoder) throws {
      throw EncodingError.invalidValue(
        self, .init(codingPath: [], debugDescription: "line one\nline two"))
    }
  }

  @Test func failsInOneLine() {
    let error = #expect(throws: OutputError.self) { try encodedJSON(Failing()) }
    #expect(error?.description.hasPrefix("cannot encode the results as JSON: ") == true)
    #expect(error?.description.contains("\n") == false)
  }
}
