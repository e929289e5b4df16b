import Foundation
import Testing

@testable import Datasets

@Test func formsOfNormalisationAreWrittenAsTheirNames() throws {
  let forms: [Normalization] = [.symmetric, .unit, .standard]
  #expect(forms == Normalization.allCases)
  let json = try JSONEncoder().encode(forms)
  #expect(String(decoding: json, as: UTF8.self) == #"["symmetric","unit","standard"]"#)
  #expect(try JSONDecoder().decode([Normalization].self, from: json) == forms)
}
