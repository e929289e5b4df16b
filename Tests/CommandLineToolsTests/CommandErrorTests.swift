import CommandLineTools
import Testing

@Suite struct ExitStatusTests {
  private struct Other: Error {}

  @Test func `failures and interrupts end with status 1, misuse with 2`() {
    #expect(exitStatus(of: "p") {} == 0)
    #expect(exitStatus(of: "p") { throw CommandError.failure("f") } == 1)
    #expect(exitStatus(of: "p") { throw CommandError.interrupted("i") } == 1)
    #expect(exitStatus(of: "p") { throw CommandError.misuse("m") } == 2)
    #expect(exitStatus(of: "p") { throw Other() } == 1)
  }
}
