import TrainingCore

/// The two tensors that a layer learns, or anything of their shapes: gradients, an optimizer's slots.
///
/// A dense layer's are W [I, O] and b [1, O]; a convolution's W [KH·KW·I, O] and b [1, O], or [1, 0]
/// where it has none; batch normalisation's are the scale γ and the shift β, [1, C] each, which
/// PyTorch calls weight and bias too.
public struct Parameters<S: Scalar>: Equatable, Sendable {
  /// W of a dense layer [I, O] or of a convolution [KH·KW·I, O], γ of batch normalisation [1, C].
  public var weight: Matrix<S>
  /// b of a dense layer or a convolution [1, O], or [1, 0]; β of batch normalisation [1, C].
  public var bias: Matrix<S>

  /// Creates a pair of tensors.
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

  /// Sets every number to zero.
  mutating func clear() {
    weight.clear()
    bias.clear()
  }

  /// The tensors, without a bias that isn't there.
  var matrices: [Matrix<S>] { bias.columns > 0 ? [weight, bias] : [weight] }

  /// Pairs tensors in a layout's order, which has each layer's weight before its bias.
  static func pairs(_ tensors: [Tensor], of specs: [TensorSpec]) -> [Parameters] {
    var pairs: [Parameters] = []
    for (index, tensor) in tensors.enumerated() {
      if index > 0, specs[index].layer == specs[index - 1].layer {
        pairs[pairs.count - 1].bias = Matrix(tensor)
      } else {
        pairs.append(Parameters(weight: Matrix(tensor), bias: Matrix(rows: 1, columns: 0)))
      }
    }
    return pairs
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
