import TrainingCore

/// How far a replay is from a recording, in units of what PyTorch's own runs differ by.
struct ReplayComparison: CustomStringConvertible {
  /// The largest ratio that a replay may have; `PyTorchReplayTests` says why.
  static let allowance = 4.0

  /// One quantity, compared.
  struct Deviation: CustomStringConvertible {
    let quantity: String
    let step: Int
    let value: Double
    let base: Double
    /// The larger of PyTorch's spread and one ulp.
    let unit: Double

    /// The distance in units; infinite where either isn't a number.
    var ratio: Double {
      let ratio = (value - base).magnitude / unit
      return ratio.isNaN ? .infinity : ratio
    }

    var description: String {
      "\(quantity) at step \(step): \(value), PyTorch \(base), \(ratio) times \(unit)"
    }
  }

  /// All quantities of the recording.
  let deviations: [Deviation]

  /// Compares every loss and every digest that the recording has.
  ///
  /// A quantity that the replay lacks compares as not a number.
  init<S: BinaryFloatingPoint>(
    of replay: TrainingReplay, with recorded: TrainingRecording.Case, in precision: S.Type
  ) {
    func deviation(
      _ quantity: String, _ step: Int, _ value: Double?, _ expected: TrainingRecording.Expectation
    ) -> Deviation {
      let spread = precision == Float.self ? expected.spread.float32 : expected.spread.float64
      return Deviation(
        quantity: quantity, step: step, value: value ?? .nan, base: expected.base,
        unit: max(spread, Double(S(expected.base).ulp)))
    }
    var deviations = recorded.loss.indices.map { index in
      deviation(
        "loss", index + 1, replay.losses.indices.contains(index) ? replay.losses[index] : nil,
        recorded.loss[index])
    }
    for tensor in recorded.tensors {
      let parts = tensor.indices.map { "[\($0)]" } + [" sum", " norm"]
      for digest in tensor.steps {
        let values = replay.digests[digest.step]?[tensor.name] ?? []
        for (index, part) in parts.enumerated() {
          deviations.append(
            deviation(
              tensor.name + part, digest.step, values.indices.contains(index) ? values[index] : nil,
              digest.quantities[index]))
        }
      }
    }
    self.deviations = deviations
  }

  /// The deviation with the largest ratio.
  var worst: Deviation? { deviations.max { $0.ratio < $1.ratio } }

  /// Whether something was compared, and nothing is further away than allowed.
  var isWithinAllowance: Bool { worst.map { $0.ratio <= Self.allowance } ?? false }

  var description: String { worst.map { "\($0)" } ?? "nothing was compared" }
}
