import Testing

@testable import benchmarks

@Suite struct ProgramTests {
  @Test func helpFitsATerminalAndNamesEveryCommandAndOption() {
    for text in [Program.help] + Program.commands.map({ $0.help(of: "benchmarks") }) {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines.filter { $0.count > 80 })")
    }
    for command in Program.commands {
      #expect(Program.help.contains("\n  \(command.name)  "))
      #expect(!command.duration.isEmpty)
      for option in command.options {
        #expect(command.help(of: "benchmarks").contains("\n  \(option.usage)"))
      }
    }
  }

  @Test func `unknown commands and options end with status 2`() {
    #expect(Program.run([]) == 0)
    #expect(Program.run(["kernels", "--help"]) == 0)
    #expect(Program.run(["kernel"]) == 2)
    #expect(Program.run(["kernels", "--batch-size", "1"]) == 2)
    #expect(Program.run(["peers", "--peers", "/nonexistent"]) == 2)
    #expect(Program.run(["kernels", "--json", "/dev/null"]) == 1)
    let alone = ["training", "--models", "mlp:784-8-10+batchnorm", "--batch-sizes", "1"]
    #expect(Program.run(alone) == 1)
  }
}
