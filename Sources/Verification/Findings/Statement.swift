import TrainingCore

/// A law in words, before anything is measured.
struct Statement {
  let law: String
  let promise: String
  /// The article, and the test of this project.
  let explanation: String
  var about = Finding.About.trainer

  /// What became of it.
  func finding(for split: Split? = nil, holds: Bool, _ measured: String) -> Finding {
    finding(split, holds ? .holds : .fails, measured)
  }

  /// Why it says nothing.
  func notApplicable(_ reason: String, for split: Split? = nil) -> Finding {
    finding(split, .notApplicable, reason)
  }

  /// A finding for each of a subject's splits.
  func findings(
    _ subject: Subject, of measure: (Split) throws -> Finding
  ) rethrows -> [Finding] {
    guard !subject.splits.isEmpty else { return nothingToSplit }
    return try subject.splits.map(measure)
  }

  /// What is found of a batch without parts.
  var nothingToSplit: [Finding] { [notApplicable("nothing to split: the batch is one part")] }

  /// The finding of a law that predicts numbers within bounds.
  ///
  /// - Parameters:
  ///   - prediction: What was measured, or nil where nothing was.
  ///   - remark: What else to say of it.
  /// - Returns: The finding.
  func finding(_ prediction: BoundedPrediction, remark: String = "") -> Finding {
    let share = prediction.worstShare
    let measured =
      share.isFinite
      ? "off by \((100 * share).brief) % of the rounding bound" : "not a number, or no bound"
    return finding(holds: prediction.holds, measured + remark)
  }

  private func finding(
    _ split: Split?, _ verdict: Finding.Verdict, _ measured: String
  ) -> Finding {
    Finding(
      law: law + (split.map { ", \($0)" } ?? ""), about: about, promise: promise,
      measured: measured, verdict: verdict, explanation: explanation)
  }
}

extension GradientTrainer {
  /// What is asked of a trainer's sums: `bit for bit` where it promises bits.
  static var exactness: String { promisesBits ? "bit for bit" : "within the rounding bound" }
}
