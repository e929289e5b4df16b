import CommandLineTools
import Measurement
import Testing

@Suite struct CarbonOptionTests {
  private static let command = Command(
    name: "bake", summary: "bakes", options: [CarbonOption.option], run: { _ in })

  private func intensity(_ words: String...) throws -> CarbonIntensity {
    try CarbonOption.intensity(Arguments(words[...], for: Self.command, of: "batchwise"))
  }

  @Test func aPlaceAFigureOrTheWorld() throws {
    #expect(try intensity() == .world)
    #expect(try intensity("--carbon-intensity", "FR").intensity.value == 44)
    #expect(try intensity("--carbon-intensity", "FR-2022").intensity.value == 79)
    #expect(try intensity("--carbon-intensity", "published") == .published)
    #expect(try intensity("--carbon-intensity", "250").intensity.value == 250)
  }

  @Test(arguments: ["atlantis", "FR-1990", "-1", "nan", ""])
  func anythingElseIsMisuse(text: String) {
    let error = #expect(throws: CommandError.self) {
      try intensity("--carbon-intensity", text)
    }
    #expect(error?.status == 2)
    #expect(error?.description.hasPrefix("--carbon-intensity: ") == true)
  }
}
