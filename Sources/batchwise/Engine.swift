import ReferenceTraining
import TrainingCore

/// The trainers that a command can be run with.
enum Engine: String, CaseIterable {
  /// The readable one.
  case reference
  /// The fast one.
  case optimized

  static let option = Command.Option(
    "--engine", "NAME", help: "the trainer: reference, or optimized (not in this version)")
  static let threadsOption = Command.Option(
    "--threads", "T", help: "threads of the optimized trainer; the reference has one")

  /// Reads the options and checks that the trainer exists.
  init(_ arguments: Arguments) throws(CommandError) {
    self = try arguments.choice("--engine") ?? .reference
    let threads = try arguments.integer("--threads", in: 1...1024) ?? 1
    switch self {
    case .optimized:
      throw .failure(
        "--engine optimized: this version has no optimized trainer yet; use --engine reference")
    case .reference:
      guard threads == 1 else {
        throw .misuse("--threads \(threads): the reference trainer has one thread; leave it out")
      }
    }
  }
}
