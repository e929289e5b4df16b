import Foundation
import Measurement
import Reporting
import TrainingCore

/// Finds the models that options name.
package enum ModelOption {
  /// Finds a model by its name, and refuses one that can't be trained in the machine's memory.
  ///
  /// Training takes its weights, their gradient, and the two moments that Adam keeps; that is known
  /// before anything is allocated.
  package static func model(
    _ name: String, option: String = "--model",
    memory: UInt64 = ProcessInfo.processInfo.physicalMemory
  ) throws(CommandError) -> ModelSpec {
    let model: ModelSpec
    do { model = try ModelSpec(named: name) } catch { throw .misuse("\(option): \(error)") }
    let needed = 4 * Double(MemoryLayout<Float>.size) * Double(ModelCost(of: model).parameters)
    guard needed <= Double(memory) else {
      let gibibytes = [needed, Double(memory)].map { NumberFormat.decimals(1).string($0 / 0x1p30) }
      throw .failure(
        "\(option): model \(model.name) takes \(gibibytes[0]) GiB to train, and this machine has "
          + "\(gibibytes[1]) GiB: use a smaller one")
    }
    return model
  }
}

/// The option for weights whose names aren't the model's.
package enum RenameOption {
  package static let option = Command.Option(
    "--rename", "OLD=NEW,…",
    help: "modules or tensors of a file of weights, and their names in the model")

  /// The new names by the old ones; `other` is the option that says where the weights are.
  package static func names(
    _ arguments: Arguments, with other: String
  ) throws(CommandError) -> [String: String] {
    var names: [String: String] = [:]
    guard let words = try arguments.list(option.name) else { return names }
    guard arguments.has(other) else { throw .misuse("\(option.name) goes with \(other)") }
    for word in words {
      let parts = word.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts.contains(""), names[parts[0]] == nil else {
        throw .misuse("\(option.name) '\(word)': OLD=NEW expected, and each OLD once")
      }
      names[parts[0]] = parts[1]
    }
    return names
  }
}

/// The option that says how much CO₂-equivalent electricity causes.
package enum CarbonOption {
  package static let option = Command.Option(
    "--carbon-intensity", "PLACE",
    help: "a country's code or world, of the latest year (default world) or another (FR-2022), "
      + "published, or grams of CO₂e a kilowatt-hour")

  /// The intensity that was asked for; the world's average where none was.
  package static func intensity(_ arguments: Arguments) throws(CommandError) -> CarbonIntensity {
    guard let text = arguments.text(option.name) else { return .world }
    do throws(CarbonIntensityError) {
      return try CarbonIntensity(text)
    } catch {
      throw .misuse("\(option.name): \(error)")
    }
  }
}
