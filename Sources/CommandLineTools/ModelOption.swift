import Foundation
import TrainingCore

/// Finds the models that options name.
package enum ModelOption {
  /// Finds a model, or says what was wrong with its name.
  ///
  /// A model that can't be trained in this machine's memory is refused before anything is allocated:
  /// its weights and their gradient, and the two moments that Adam keeps.
  ///
  /// - Parameters:
  ///   - name: The model's name.
  ///   - option: The option that named it.
  ///   - memory: The machine's memory in bytes.
  /// - Returns: The model.
  /// - Throws: `CommandError.misuse` for a name that no model has; `CommandError.failure` for a model
  ///   that is too large.
  package static func model(
    _ name: String, option: String = "--model",
    memory: UInt64 = ProcessInfo.processInfo.physicalMemory
  ) throws(CommandError) -> ModelSpec {
    let model: ModelSpec
    do { model = try ModelSpec(named: name) } catch { throw .misuse("\(option): \(error)") }
    let needed = 4 * Double(MemoryLayout<Float>.size) * Double(ModelCost(of: model).parameters)
    guard needed <= Double(memory) else {
      func gibibytes(_ bytes: Double) -> String { String(format: "%.1f GiB", bytes / 0x1p30) }
      throw .failure(
        "\(option): model \(model.name) takes \(gibibytes(needed)) to train, and this machine has "
          + "\(gibibytes(Double(memory))): use a smaller one")
    }
    return model
  }
}
