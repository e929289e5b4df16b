import CommandLineTools
import TrainingCore

extension Peer {
  /// The widths of a perceptron with ReLU between its layers, which is what peers compute.
  static func widths(of model: ModelSpec) throws(CommandError) -> [Int] {
    var widths = [model.input.count]
    var expectsDense = true
    for layer in model.layers {
      switch layer {
      case .dense(_, let outputs) where expectsDense: widths.append(outputs)
      case .relu where !expectsDense: break
      default:
        throw .misuse(
          "\(Scope.models.name) '\(model.name)': peers have dense layers with ReLU between them; "
            + "leave it out")
      }
      expectsDense.toggle()
    }
    return widths
  }
}
