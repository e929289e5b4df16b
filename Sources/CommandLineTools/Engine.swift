import Foundation
import OptimizedTraining
import ReferenceTraining
import Reporting
import TrainingCore

/// The trainers that a command can be run with: the same bits, at different speeds.
package enum Engine: Sendable {
  case reference
  case optimized(threads: Int)

  package static let options: [Command.Option] = [
    .init(
      "--engine", "NAME",
      help: "the trainer: optimized (default) or reference; the results are the same"),
    .init(
      "--threads", "T",
      help: "threads of the optimized trainer (default: one a processor); the reference has one"),
  ]

  package init(_ arguments: Arguments) throws(CommandError) {
    let threads = try arguments.integer("--threads", in: 1...1024)
    let optimized = Self.optimized(
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
    let all = [optimized, .reference]
    self = try arguments.choice("--engine", among: all.map { ($0.name, $0) }) ?? optimized
    if case .reference = self, let threads, threads > 1 {
      throw .misuse("--threads \(threads): the reference trainer has one thread; leave it out")
    }
  }

  private var properties: (name: String, threads: Int, trainer: any StudyTrainer.Type) {
    switch self {
    case .reference: ("reference", 1, ReferenceTrainer<Float>.self)
    case .optimized(let threads): ("optimized", threads, OptimizedTrainer.self)
    }
  }

  /// The trainer's name in tables.
  package var name: String { properties.name }

  /// The threads that a trainer may use.
  package var threads: Int { properties.threads }

  package var trainer: any StudyTrainer.Type { properties.trainer }

  /// The trainer and its threads, as records have them.
  package var description: String { "\(name), \(NumberFormat.counted(threads, "thread"))" }
}
