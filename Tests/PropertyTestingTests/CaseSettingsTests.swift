import PropertyTesting
import Testing

@Suite struct CaseSettingsTests {
  @Test func `without an environment, each property runs the cases that it finds enough`() {
    let settings = CaseSettings(environment: [:])
    #expect(settings.seed == 1)
    #expect(settings.numbers(default: 40) == 1..<41)
    #expect(settings.attempts == 2000)
  }

  @Test func theEnvironmentSaysHowManyAndWhich() {
    let settings = CaseSettings(
      environment: [
        "BATCHWISE_SEED": "9", "BATCHWISE_FIRST_CASE": "17", "BATCHWISE_CASES": "100000",
        "BATCHWISE_ATTEMPTS": "7",
      ])
    #expect(settings.attempts == 7)
    #expect(settings.seed == 9)
    #expect(settings.numbers(default: 40) == 17..<100_017)
    #expect(CaseSettings(environment: ["BATCHWISE_CASES": "0"]).numbers(default: 40).isEmpty)
  }

  @Test func whatIsNoNumberIsIgnored() {
    let settings = CaseSettings(
      environment: ["BATCHWISE_CASES": "many", "BATCHWISE_FIRST_CASE": ""])
    #expect(settings.numbers(default: 40) == 1..<41)
    #expect(CaseSettings(environment: ["BATCHWISE_CASES": "-3"]).numbers(default: 40).isEmpty)
  }
}
