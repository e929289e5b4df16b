import Testing

@testable import ProcessorCheck

@Test func availableInstructionsPassTheCheck() {
  requireInstructions([])
  requireInstructions(.available)
}

@Test func missingInstructionsEndTheProcessWithOneLine() async throws {
  let result = await #expect(
    processExitsWith: .exitCode(1), observing: [\.standardErrorContent]
  ) {
    requireInstructions(.all)
  }
  let bytes = try #require(result).standardErrorContent
  let text = String(decoding: bytes, as: UTF8.self)
  let start = try #require(text.range(of: "batchwise: "))
  let message = text[start.lowerBound...]
  let missing = InstructionSet.all.subtracting(.available).names.joined(separator: ", ")
  #expect(
    message == """
      batchwise: built for instructions that this processor lacks (\(missing)); \
      rebuild here with `swift build -c release`, or for every x86-64 processor with \
      `BATCHWISE_CPU=x86-64 swift build -c release`\n
      """)
}
