import TrainingCore

extension Finding {
  /// The finding of a law that predicts numbers within bounds.
  ///
  /// - Parameters:
  ///   - law: The law, in a few words.
  ///   - promise: What it promises.
  ///   - explanation: Article and tests.
  ///   - subject: Model, data and batch.
  ///   - remark: What else to say of the measurement.
  ///   - measure: Measures on parts of the batch, at least two.
  /// - Returns: The finding.
  static func ofPrediction(
    law: String, promise: String, explanation: String, _ subject: Subject,
    remark: (BoundedPrediction) -> String = { _ in "" },
    measure: ([Range<Int>]) throws(ModelError) -> BoundedPrediction
  ) -> Finding {
    func finding(_ measured: String, _ verdict: Verdict) -> Finding {
      Finding(
        law: law, promise: promise, measured: measured, verdict: verdict, explanation: explanation)
    }
    let choice = subject.equalParts(count: 3, size: 2)
    if let reason = choice.reason { return finding(reason, .notApplicable) }
    do throws(ModelError) {
      let result = try measure(choice.parts)
      return finding(
        "off by \((100 * result.worstShare).brief) % of the rounding bound" + remark(result),
        result.holds ? .holds : .fails)
    } catch {
      return finding(error.description, .notApplicable)
    }
  }
}
