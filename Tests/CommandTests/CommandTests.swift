import Testing

@testable import batchwise

@Suite struct CommandTests {
  @Test(arguments: Program.commands.map(\.name))
  func helpFitsATerminalAndNamesEveryOption(name: String) throws {
    let command = try #require(Program.commands.first { $0.name == name })
    let lines = command.help(of: "batchwise").split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines.filter { $0.count > 80 })")
    #expect(lines.contains { $0.hasPrefix("usage: batchwise \(name)") })
    for option in command.options {
      let left = option.usage
      #expect(lines.contains { $0.hasPrefix("  \(left)  ") || $0 == "  \(left)" }, "\(left)")
      #expect(!option.help.isEmpty, "\(option.name)")
    }
    #expect(Set(command.options.map(\.name)).count == command.options.count)
    #expect(lines.contains { $0.hasPrefix("  --help ") })
  }

  @Test func `every command has its documented options`() throws {
    let options = Dictionary(
      uniqueKeysWithValues: Program.commands.map { ($0.name, Set($0.options.map(\.name))) })
    let data: Set = ["--data", "--normalization", "--validation-fraction"]
    let engine: Set = ["--engine", "--threads"]
    let train = try #require(options["train"])
    #expect(
      train.isSuperset(
        of: data.union(engine).union([
          "--model", "--batch-size", "--epochs", "--optimizer", "--learning-rate", "--momentum",
          "--weight-decay", "--scale-learning-rate", "--seed", "--no-shuffle", "--initial-weights",
          "--output", "--resume",
        ])))
    let study = try #require(options["study fixed"])
    #expect(
      study.isSuperset(
        of: data.union(engine).union([
          "--batch-sizes", "--models", "--trials", "--epochs", "--preset", "--output",
        ])))
    let evaluate = try #require(options["evaluate"])
    #expect(evaluate.isSuperset(of: engine.union(["--data", "--batch-size", "--json"])))
    let export = try #require(options["export"])
    #expect(export.isSuperset(of: ["--onnx", "--model", "--normalization", "--data"]))
    let verify = try #require(options["verify"])
    #expect(
      verify.isSuperset(
        of: data.union(engine).union([
          "--model", "--checkpoint", "--batch-size", "--splits", "--optimizer", "--seed", "--json",
          "--trainer", "--timeout", "--limit", "--accept",
        ])))
    #expect(options["info"] == [])
  }
}
