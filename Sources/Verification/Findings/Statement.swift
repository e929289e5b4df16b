import TrainingCore

/// A law in words: what it promises, and where that is derived.
///
/// Every law has one form. Its `findings` say what the law needs, by throwing
/// `NotApplicable` where that is missing; they run a trainer; and they put what was measured beside
/// what the formula predicts, with how far rounding may part the two:
///
///     public static func findings<T: SteppingTrainer>(
///       _ subject: Subject, of trainer: T.Type
///     ) throws -> [Finding] {
///       try statement.findings {
///         try subject.requirePlainDescent()
///         return Outcome(try measure(subject, of: trainer))
///       }
///     }
struct Statement {
  var law: String
  let promise: String
  /// The article, and the test of this project; by default, of a training loop in another process.
  var explanation = "CONTRIBUTING.md, “Loops in other processes”"
  var about = Finding.About.trainer

  func finding(_ measured: String, _ verdict: Finding.Verdict) -> Finding {
    Finding(
      law: law, about: about, promise: promise, measured: measured, verdict: verdict,
      explanation: explanation)
  }

  /// The law's one finding.
  func findings(_ measure: () throws -> Outcome) throws -> [Finding] {
    do {
      let outcome = try measure()
      return [finding(outcome.measured, outcome.holds ? .holds : .fails)]
    } catch let obstacle as NotApplicable {
      return [finding(obstacle.reason, .notApplicable)]
    }
  }

  /// A finding for each way of cutting a batch.
  func findings(for splits: [Split], _ measure: (Split) throws -> Outcome) throws -> [Finding] {
    guard !splits.isEmpty else {
      return try findings { throw NotApplicable("nothing to split: the batch is one part") }
    }
    return try splits.flatMap { split in
      var part = self
      part.law += ", \(split)"
      return try part.findings { try measure(split) }
    }
  }
}

/// The measurement of a law in words, and whether it is what the law promises.
struct Outcome {
  let holds: Bool
  let measured: String

  init(holds: Bool, _ measured: String) {
    self.holds = holds
    self.measured = measured
  }

  /// Numbers beside those that a law predicts within bounds.
  init(_ prediction: BoundedPrediction, remark: String = "") {
    let measured =
      prediction.worstShare.isFinite
      ? "off by \(prediction.percent) of the rounding bound" : "not a number, or no bound"
    self.init(holds: prediction.holds, measured + remark)
  }
}

/// Why a law says nothing of a model, optimizer, batch or split.
struct NotApplicable: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }

  static let unbounded = NotApplicable(
    "no rounding bound is known: of a maximum over a window, or a quotient by what may be 0")
}

/// Requires what a law needs; the reason says what is missing.
func require(_ isThere: Bool, _ reason: @autoclosure () -> String) throws(NotApplicable) {
  if !isThere { throw NotApplicable(reason()) }
}

extension GradientTrainer {
  /// How exact a law asks a trainer's sums to be: `bit for bit` where it promises bits.
  static var exactness: String { promisesBits ? "bit for bit" : "within the rounding bound" }
}
