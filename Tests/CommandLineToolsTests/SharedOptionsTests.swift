import CommandLineTools
import Measurement
import Testing
import TrainingCore

@Suite struct ModelOptionTests {
  /// 814,090 parameters: the weights, the gradient and two moments take 16 bytes of each.
  @Test func aModelHasToFitTheMemory() throws {
    let needed: UInt64 = 16 * 814_090
    #expect(
      try ModelOption.model("mlp-1", option: "--model", memory: needed) == ModelSpec(named: "mlp-1")
    )
    let error = #expect(throws: CommandError.self) {
      try ModelOption.model("mlp:784-1048576-10", option: "--models", memory: 3 << 30)
    }
    #expect(error?.status == 1)
    #expect(
      error?.description
        == "--models: model mlp:784-1048576-10 takes 12.4 GiB to train, and this machine has "
        + "3.0 GiB: use a smaller one")
    #expect(throws: CommandError.self) {
      try ModelOption.model("mlp-1", option: "--model", memory: needed - 1)
    }
  }

  @Test func anUnknownNameIsMisuse() {
    let error = #expect(throws: CommandError.self) {
      try ModelOption.model("mlp-0", option: "--model")
    }
    #expect(error?.status == 2)
    #expect(error?.description.hasPrefix("--model: unknown model 'mlp-0'") == true)
  }
}

@Suite struct CarbonOptionTests {
  private static let command = Command(
    name: "bake", summary: "bakes", options: [CarbonOption.option], run: { _ in })

  private func intensity(_ words: String...) throws -> CarbonIntensity {
    try CarbonOption.intensity(Arguments(words[...], for: Self.command, of: "batchwise"))
  }

  @Test func `a carbon intensity is a place's, a figure, or the world's`() throws {
    #expect(try intensity() == .world)
    #expect(try intensity("--carbon-intensity", "FR").intensity.value == 44)
    #expect(try intensity("--carbon-intensity", "FR-2022").intensity.value == 79)
    #expect(try intensity("--carbon-intensity", "published") == .published)
    #expect(try intensity("--carbon-intensity", "250").intensity.value == 250)
  }

  @Test(arguments: ["atlantis", "FR-1990", "-1", "nan", ""])
  func `an unknown place or an impossible carbon intensity is misuse`(text: String) {
    let error = #expect(throws: CommandError.self) {
      try intensity("--carbon-intensity", text)
    }
    #expect(error?.status == 2)
    #expect(error?.description.hasPrefix("--carbon-intensity: ") == true)
  }
}
