import TrainingCore

/// Which training samples are held out for validation.
///
/// The split is a function of the seed, the fraction and the labels. The validation set has
/// ⌊fraction · N⌉ samples, halves rounded up, and at least one if the fraction isn't 0.
package struct ValidationSplit: Equatable, Sendable {
  /// How the samples are chosen.
  package enum Form: String, CaseIterable, Codable, Sendable {
    /// Any samples, each equally likely.
    case random
    /// As many of each class as its share of all samples; the samples that rounding down leaves go to
    /// the classes with the largest remainders, of equal ones to the smaller labels.
    case stratified
  }

  /// Why there is no such split.
  package enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
    case impossibleFraction(Double)
    case nothingToTrainOn(sampleCount: Int, fraction: Double)

    package var description: String {
      switch self {
      case .impossibleFraction(let fraction):
        "validation fraction \(fraction): at least 0 and less than 1 expected"
      case .nothingToTrainOn(let count, let fraction):
        "validation fraction \(fraction) of \(count) samples leaves none to train on: take less"
      }
    }
  }

  /// Indices of the samples to train on, ascending.
  package let training: [Int]
  /// Indices of the samples held out, ascending.
  package let validation: [Int]

  /// Splits samples with these labels, [N], and holds out a fraction of at least 0 and below 1.
  package init(
    labels: [UInt8], fraction: Double, form: Form, seed: UInt64
  ) throws(Failure) {
    guard fraction >= 0 && fraction < 1 else { throw .impossibleFraction(fraction) }
    guard fraction > 0 else {
      training = Array(labels.indices)
      validation = []
      return
    }
    let heldOut = max(1, Int((fraction * Double(labels.count)).rounded()))
    guard heldOut < labels.count else {
      throw .nothingToTrainOn(sampleCount: labels.count, fraction: fraction)
    }
    // A random split is a stratified one of a single class.
    let classes = form == .random ? [UInt8](repeating: 0, count: labels.count) : labels
    var quotas = Self.quotas(of: classes, heldOut: heldOut)
    var isHeldOut = [Bool](repeating: false, count: labels.count)
    for sample in Permutation.random(
      count: labels.count, seed: seed, purpose: .validationSplit)
    where quotas[Int(classes[sample])] > 0 {
      quotas[Int(classes[sample])] -= 1
      isHeldOut[sample] = true
    }
    training = labels.indices.filter { !isHeldOut[$0] }
    validation = labels.indices.filter { isHeldOut[$0] }
  }

  /// How many samples of each class are held out, by largest remainders.
  private static func quotas(of classes: [UInt8], heldOut: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: 256)
    for label in classes { counts[Int(label)] += 1 }
    let shares = counts.map { classes.count.dividingFullWidth($0.multipliedFullWidth(by: heldOut)) }
    var quotas = shares.map(\.quotient)
    let byRemainder = quotas.indices.sorted {
      (shares[$1].remainder, $0) < (shares[$0].remainder, $1)
    }
    for label in byRemainder.prefix(heldOut - quotas.reduce(0, +)) { quotas[label] += 1 }
    return quotas
  }
}
