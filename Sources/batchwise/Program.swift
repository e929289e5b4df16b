import CommandLineTools
import Foundation

/// The program: finds the command and turns its outcome into an exit status.
enum Program {
  static let name = "batchwise"

  /// The version, as `batchwise info` prints it.
  static let version = "0.1"

  /// Every command, the first being the one for no arguments.
  static let commands =
    StudyCommand.commands + [
      TrainCommand.command, CompareCommand.command, EvaluateCommand.command,
      ExportCommand.command, VerifyCommand.command, NoiseScaleCommand.command,
      ImportCommand.command, AdapterCommand.command, InfoCommand.command,
    ]

  private static var studies: [Command] { commands.filter { $0.name.hasPrefix("study ") } }

  /// The path of the program's file.
  static var path: String { Bundle.main.executablePath ?? CommandLine.arguments[0] }

  /// Runs the program with the arguments after its name; returns 0 done, 1 failed, 2 misused.
  static func run(_ words: [String]) -> Int32 { exitStatus(of: name) { try dispatch(words) } }

  private static func dispatch(_ words: [String]) throws {
    switch words.first {
    case "help" where words.count > 1:
      return try dispatch(Array(words.dropFirst()) + ["--help"])
    case "--help", "-h", "help":
      return try Console.line(help)
    case "study" where words.count == 2 && ["--help", "-h"].contains(words[1]):
      return try Console.line(
        Command.columns(studies.map { ($0.name, $0.summary) }).joined(separator: "\n"))
    case "--version":
      return try Console.line("batchwise \(version)")
    default: break
    }
    let (command, rest) = try find(words)
    if rest.contains("--help") || rest.contains("-h") {
      return try Console.line(command.help(of: name))
    }
    try command.run(try Arguments(rest, for: command, of: name))
  }

  private static func find(_ words: [String]) throws(CommandError) -> (Command, ArraySlice<String>)
  {
    guard let first = words.first, !first.hasPrefix("-") else { return (commands[0], words[...]) }
    for command in commands {
      let name = command.name.split(separator: " ").map(String.init)
      if Array(words.prefix(name.count)) == name { return (command, words.dropFirst(name.count)) }
    }
    if first == "study" {
      let names = studies.map { "batchwise \($0.name)" }.joined(separator: ", ")
      throw .misuse("'study' needs the study's name: \(names)")
    }
    let known = commands.map { String($0.name.prefix { $0 != " " }) }
    let guess = Arguments.guess(first, among: known) ?? "; see batchwise --help"
    throw .misuse("unknown command '\(first)'\(guess)")
  }

  private static var help: String {
    let rows = commands.map { ($0.name, $0.summary) }
    return
      ([
        "What does the batch size do to training? Batchwise measures it.", "",
        "usage: batchwise [command] [options]", "",
      ] + Command.columns(rows) + [
        "", "Without a command: the fixed-batch-size study on the embedded images, into out/.",
        "Each command has its own --help.",
        "Exit status: 0 done, 1 failed or interrupted, 2 misused.",
      ]).joined(separator: "\n")
  }
}
