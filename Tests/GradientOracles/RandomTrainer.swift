import PropertyTesting
import ReferenceTraining
import TrainingCore

extension Choices {
  /// A table of random numbers.
  ///
  /// - Parameters:
  ///   - rows: The number of rows.
  ///   - columns: The number of columns.
  /// - Returns: The table.
  public mutating func matrix<S: RandomScalar>(rows: Int, columns: Int) -> Matrix<S> {
    Matrix(rows: rows, columns: columns, elements: array(rows * columns) { S.random(&$0) })
  }

  /// Random numbers in the shapes of a model's parameters.
  ///
  /// - Parameter shapes: The parameters, [layers].
  /// - Returns: Others of the same shapes.
  public mutating func parameters<S: RandomScalar, T>(
    like shapes: [Parameters<T>]
  ) -> [Parameters<S>] {
    shapes.map {
      Parameters(
        weight: matrix(rows: $0.weight.rows, columns: $0.weight.columns),
        bias: matrix(rows: $0.bias.rows, columns: $0.bias.columns))
    }
  }

  /// The initial state of a run, but with random moving averages.
  ///
  /// - Parameter configuration: Model, optimizer and seed.
  /// - Returns: The state; means are multiples of ⅛ and variances positive multiples of it.
  public mutating func state(of configuration: RunConfiguration) -> ModelState {
    var state = ModelState.initial(
      model: configuration.model, optimizer: configuration.optimizer, seed: configuration.seed)
    let layout = ParameterLayout(of: configuration.model)
    for (index, spec) in layout.statistics.enumerated() {
      let least = spec.role == .movingMean ? -16 : 1
      state.statistics[index].values = array(spec.count) {
        Float($0.integer(in: least...16)) / 8
      }
    }
    return state
  }

  /// Random classes.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - classes: The number of classes.
  /// - Returns: The classes.
  public mutating func labels(_ count: Int, classes: Int) -> [UInt8] {
    array(count) { UInt8($0.integer(in: 0...classes - 1)) }
  }
}

extension ReferenceTrainer where S: RandomScalar {
  /// A trainer whose parameters are all random, also those that would start at 0 or 1.
  ///
  /// - Parameters:
  ///   - name: The model, by its name or in words.
  ///   - seed: The seed of the parameters and of the trainer.
  /// - Returns: The trainer, with plain SGD.
  /// - Throws: `ModelError` for a model that the trainer doesn't have.
  public static func random(_ name: String, seed: UInt64) throws -> Self {
    let configuration = RunConfiguration(
      model: try ModelSpec(spelled: name), optimizer: .sgd(SGDSpec()),
      schedule: LearningRateSchedule(base: 0.1), batchSize: 1, seed: seed)
    var choices = Choices(seed: seed)
    let shapes = try Self(configuration).parameters
    let parameters: [Parameters<S>] = choices.parameters(like: shapes)
    var trainer = try Self(configuration, state: choices.state(of: configuration))
    trainer.parameters = parameters
    return trainer
  }
}
