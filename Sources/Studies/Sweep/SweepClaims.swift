import Foundation
import Reporting
import Statistics

extension StudyResult<SweepStudy> {
  /// Trials from which on the claim is judged.
  private static var fewestTrials: Int { 3 }

  /// Whether the best learning rate grows with the batch size, as the rules of scaling assume.
  ///
  /// It grows with the size by Goyal et al. 2017, section 2.1, and with its root by Malladi et al. 2022,
  /// definition 4.3.
  var claims: [Claim] {
    guard let smallest = options.batchSizes.first, let largest = options.batchSizes.last,
      smallest < largest, options.learningRates.count > 1, isComplete
    else { return [] }
    let exponents = (0..<options.trials).compactMap { trial -> Double? in
      guard let low = bestRate(smallest, trial), let high = bestRate(largest, trial), low > 0
      else { return nil }
      return log(high / low) / log(Double(largest) / Double(smallest))
    }
    guard let mean = TrialMean(exponents) else { return [] }
    let two = NumberFormat.significant(2)
    var verdict = Claim.Verdict.undecided
    var evidence =
      "Between batches of \(smallest) and \(largest), the best rate on the grid grows with the size "
      + "to the power of \(two.string(mean.mean))"
    if mean.count >= Self.fewestTrials, let interval = mean.interval() {
      verdict = interval.lower > 0 ? .confirmed : interval.upper <= 0 ? .refuted : .undecided
      evidence += " [\(two.string(interval.lower)), \(two.string(interval.upper))]"
    } else {
      evidence += ", by fewer than \(Self.fewestTrials) trials, which decide nothing"
    }
    return [
      Claim(
        text: "The best learning rate grows with the batch size.", verdict: verdict,
        evidence: evidence
          + ". The linear rule has 1, the square-root rule 0.5, one rate for all sizes 0.")
    ]
  }

  /// The rate of the smallest held-out loss in a trial; nil where all diverged.
  private func bestRate(_ batchSize: Int, _ trial: Int) -> Double? {
    records.filter { $0.batchSize == batchSize && $0.trial == trial && !$0.isDiverged }
      .min { $0.validationLoss < $1.validationLoss }?.learningRate
  }
}
