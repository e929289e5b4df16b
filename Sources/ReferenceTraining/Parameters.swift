import TrainingCore

/// The two tensors that a layer learns, or anything of their shapes: gradients, moments.
///
/// A dense layer's are W [I, O] and b [1, O]; batch normalisation's are the scale γ and the shift
/// β, [1, C] each, which PyTorch calls weight and bias too.
public struct Parameters<S: Scalar>: Equatable, Sendable {
  /// W of a dense layer [I, O], γ of batch normalisation [1, C].
  public var weight: Matrix<S>
  /// b of a dense layer [1, O], β of batch normalisation [1, C].
  public var bias: Matrix<S>

  /// Creates a pair of tensors.
  ///
  /// - Parameters:
  ///   - weight: W [I, O], or γ [1, C].
  ///   - bias: b [1, O], or β [1, C].
  public init(weight: Matrix<S>, bias: Matrix<S>) {
    self.weight = weight
    self.bias = bias
  }

  /// Zeros of the same shapes.
  var zeros: Parameters {
    Parameters(
      weight: Matrix(rows: weight.rows, columns: weight.columns),
      bias: Matrix(rows: bias.rows, columns: bias.columns))
  }
}

extension Parameters {
  /// Takes over tensors in a layout's order, which has each layer's weight before its bias.
  static func pairs(_ tensors: [Tensor]) -> [Parameters] {
    stride(from: 0, to: tensors.count, by: 2).map {
      Parameters(weight: Matrix(tensors[$0]), bias: Matrix(tensors[$0 + 1]))
    }
  }
}

extension Matrix {
  /// The table of a tensor: its last extent is the columns, all others the rows.
  init(_ tensor: Tensor) {
    let columns = tensor.shape.last ?? 1
    self.init(
      rows: tensor.values.count / max(columns, 1), columns: columns,
      elements: tensor.values.map { S($0) })
  }
}
