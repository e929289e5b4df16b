/// The laws that `batchwise verify` runs.
public enum Laws {
  /// Every law, in the order in which they are reported.
  ///
  /// A law is a function of a subject; it says by a finding of its own where it doesn't apply.
  public static let all: [@Sendable (Subject) throws -> [Finding]] = [
    LoneSampleLaw.findings, SplitBatchLaw.findings, MeanOfMeansLaw.findings,
    AccumulationLaw.findings, ShuffledBatchLaw.findings, BatchStatisticsLaw.findings,
    SecondOrderLaw.findings, LinearScalingLaw.findings, MomentumScalingLaw.findings,
    DecoupledWeightDecayLaw.findings, ClippingLaw.findings, AdamScalingLaw.findings,
    PublishedLoopLaw.findings, GradientNoiseLaw.findings,
  ]
}

/// A law in words, before anything is measured.
struct Statement {
  let law: String
  let promise: String
  /// The article, and the test of this project.
  let explanation: String

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

  private func finding(
    _ split: Split?, _ verdict: Finding.Verdict, _ measured: String
  ) -> Finding {
    Finding(
      law: law + (split.map { ", \($0)" } ?? ""), promise: promise, measured: measured,
      verdict: verdict, explanation: explanation)
  }
}
