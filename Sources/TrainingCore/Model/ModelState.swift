/// A named array of `Float`, as trainers hand it in and out.
public struct Tensor: Equatable, Sendable {
  /// The tensor's name, unique within its model: `fc1.weight`.
  public let name: String
  /// Extents in memory order, the slowest first.
  public let shape: [Int]
  /// The elements in memory order.
  public var values: [Float]

  /// Creates a tensor of as many values as the product of its extents.
  public init(name: String, shape: [Int], values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "as many values as the shape says")
    self.name = name
    self.shape = shape
    self.values = values
  }
}

/// Everything that training changes in a model: what a checkpoint keeps and a fingerprint covers.
public struct ModelState: Equatable, Sendable {
  /// Learned tensors, in the order of `ParameterLayout.parameters`.
  public var parameters: [Tensor]
  /// Moving averages, in the order of `ParameterLayout.statistics`.
  public var statistics: [Tensor]
  /// What the optimizer keeps: for each of its slots, a tensor per parameter.
  public var slots: [[Tensor]]
  /// Steps that the optimizer has taken.
  public var steps: Int
  /// Batches that went into the moving averages.
  public var batchesTracked: Int

  /// Gathers a state, with all tensors in the order of `ParameterLayout`.
  public init(
    parameters: [Tensor], statistics: [Tensor], slots: [[Tensor]], steps: Int = 0,
    batchesTracked: Int = 0
  ) {
    self.parameters = parameters
    self.statistics = statistics
    self.slots = slots
    self.steps = steps
    self.batchesTracked = batchesTracked
  }

  /// The state before training, with initial weights as PyTorch draws them.
  ///
  /// Weights and biases alike are uniform in ±1/√(fan in), as `nn.Linear` and `nn.Conv2d` default
  /// to; batch normalisation starts at γ = 1, β = 0, mean 0 and variance 1. The optimizer's
  /// tensors start at 0. The same arguments have the same state, on every machine.
  public static func initial(
    model: ModelSpec, optimizer: OptimizerSpec, seed: UInt64
  ) -> ModelState {
    let layout = ParameterLayout(of: model)
    func tensors(_ specs: [TensorSpec], _ values: (Int, TensorSpec) -> [Float]) -> [Tensor] {
      specs.enumerated().map { index, spec in
        Tensor(name: spec.name, shape: spec.shape, values: values(index, spec))
      }
    }
    let zeros = tensors(layout.parameters) { Array(repeating: 0, count: $1.count) }
    return ModelState(
      parameters: tensors(layout.parameters) { initialValues($1, $0, seed) },
      statistics: tensors(layout.statistics) { initialValues($1, $0, seed) },
      slots: optimizer.slotNames.map { _ in zeros })
  }

  private static func initialValues(_ spec: TensorSpec, _ index: Int, _ seed: UInt64) -> [Float] {
    switch spec.role {
    case .scale, .movingVariance: return Array(repeating: 1, count: spec.count)
    case .shift, .movingMean: return Array(repeating: 0, count: spec.count)
    case .weight, .bias:
      let bound = Float(1 / Double(spec.fanIn).squareRoot())
      let field = RandomField(seed: seed, purpose: .initialWeights, layer: index)
      var values: [Float] = []
      values.reserveCapacity(spec.count + 3)
      for quad in 0..<(spec.count + 3) / 4 {
        let words = field.words(quad: quad)
        for lane in 0..<4 {
          let unit = Float(words[lane] >> 8) * 0x1p-24
          values.append((2 * unit - 1) * bound)
        }
      }
      return Array(values.prefix(spec.count))
    }
  }
}
