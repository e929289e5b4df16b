import CommandLineTools

/// The program: finds the benchmark and turns its outcome into an exit status.
enum Program {
  /// The program's name.
  static let name = "benchmarks"

  /// Every benchmark.
  static let commands =
    [
      AllBenchmarks.benchmark, KernelsBenchmark.benchmark, TrainingBenchmark.benchmark,
      InferenceBenchmark.benchmark, LatencyBenchmark.benchmark, EnergyBenchmark.benchmark,
      PeersBenchmark.benchmark,
    ].map(\.command) + [CompareCommand.command]

  /// Runs the command that the words name; returns 0 done, 1 failed, 2 misused.
  static func run(_ words: [String]) -> Int32 {
    exitStatus(of: name) { try dispatch(words) }
  }

  private static func dispatch(_ words: [String]) throws {
    guard let first = words.first, !["--help", "-h", "help"].contains(first) else {
      return try Console.line(help)
    }
    guard let command = commands.first(where: { $0.name == first }) else {
      throw CommandError.misuse(
        "unknown benchmark '\(first)'"
          + (Arguments.guess(first, among: commands.map(\.name)) ?? "; see benchmarks --help"))
    }
    if words.contains("--help") || words.contains("-h") {
      return try Console.line(command.help(of: name))
    }
    try command.run(Arguments(words.dropFirst(), for: command, of: name))
  }

  /// What the program prints without arguments.
  static var help: String {
    let rows = commands.map { ($0.name, "\($0.summary); \($0.duration)") }
    return
      ([
        "Measures how fast Batchwise computes, after checking that it computes the same.", "",
        "usage: benchmarks COMMAND [options]", "",
      ] + Command.columns(rows) + [
        "", "Each command has its own --help. Times are for two processors and all defaults.",
        "Exit status: 0 done, 1 failed, slower or interrupted, 2 misused.",
      ]).joined(separator: "\n")
  }
}
