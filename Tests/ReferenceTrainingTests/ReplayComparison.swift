import TrainingCore

/// How far a replay is from a recording, in units of what PyTorch's own runs differ by.
struct ReplayComparison: CustomStringConvertible {
  /// The largest ratio that a replay may have; `PyTorchReplayTests` says why.
  static let allowance = 4.0

  /// One quantity, compared.
  struct Deviation: CustomStringConvertible {
    let quantity: String
    let value: Double
    let base: Double
    /// The larger of PyTorch's spread and one ulp.
    let unit: Double

    /// Compares a value with what was recorded; one that is lacking is not a number.
    init<S: BinaryFloatingPoint>(
      _ quantity: String, _ value: Double?, _ expected: TrainingRecording.Expectation,
      in precision: S.Type
    ) {
      let spread = precision == Float.self ? expected.spread.float32 : expected.spread.float64
      self.quantity = quantity
      self.value = value ?? .nan
      base = expected.base
      unit = max(spread, Double(S(expected.base).ulp))
    }

    /// The distance in units; infinite where either isn't a number.
    var ratio: Double {
      let ratio = (value - base).magnitude / unit
      return ratio.isNaN ? .infinity : ratio
    }

    var description: String {
      "\(quantity): \(value), PyTorch \(base), \(ratio) times \(unit)"
    }
  }

  /// All quantities of the recording.
  let deviations: [Deviation]

  /// Takes quantities that have been compared.
  init(_ deviations: [Deviation]) { self.deviations = deviations }

  /// Compares every loss and every digest that the recording has.
  ///
  /// A quantity that the replay lacks compares as not a number.
  init<S: BinaryFloatingPoint>(
    of replay: TrainingReplay, with recorded: TrainingRecording.Case, in precision: S.Type
  ) {
    var deviations = recorded.loss.indices.map { index in
      Deviation(
        "loss at step \(index + 1)",
        replay.losses.indices.contains(index) ? replay.losses[index] : nil, recorded.loss[index],
        in: precision)
    }
    for tensor in recorded.tensors {
      for digest in tensor.steps {
        deviations += Deviation.digest(
          replay.digests[digest.step]?[tensor.name] ?? [], of: tensor.name, at: tensor.indices,
          with: digest.quantities, when: " at step \(digest.step)", in: precision)
      }
    }
    self.init(deviations)
  }

  /// The deviation with the largest ratio.
  var worst: Deviation? { deviations.max { $0.ratio < $1.ratio } }

  /// Whether something was compared, and nothing is further away than allowed.
  var isWithinAllowance: Bool { worst.map { $0.ratio <= Self.allowance } ?? false }

  var description: String { worst.map { "\($0)" } ?? "nothing was compared" }
}

extension ReplayComparison.Deviation {
  /// Compares a tensor's chosen elements, its sum and its norm.
  static func digest<S: BinaryFloatingPoint>(
    _ values: [Double], of name: String, at indices: [Int],
    with expected: TrainingRecording.Quantities, when: String = "", in precision: S.Type
  ) -> [Self] {
    (indices.map { "[\($0)]" } + [" sum", " norm"]).enumerated().map { index, part in
      Self(
        name + part + when, values.indices.contains(index) ? values[index] : nil, expected[index],
        in: precision)
    }
  }
}
