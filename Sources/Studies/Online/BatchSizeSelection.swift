import TrainingCore

/// A rule that chooses the batch size anew at every iteration (experiment B, "Batch Size
/// Variation").
///
/// An iteration draws a base batch. Each candidate is a way to cut it into equal parts, and its
/// loss is the average over the base batch of a forward pass in training mode, part by part. One
/// candidate is chosen; each of its parts gets a backward pass and a step, with the learning rate
/// times part/base.
///
/// Without layers that couple samples, and with the same dropout masks for all candidates, the
/// candidates' losses are one and the same number (`canDiffer`): every iteration is a tie, and the
/// first candidate is taken.
package struct BatchSizeSelection: Codable, Hashable, Sendable {
  /// What decides among candidates; of equal ones the first is taken.
  package enum Criterion: String, Codable, CaseIterable, Sendable {
    case minimum
    case maximum
    /// Chance, whatever the losses.
    case random
  }

  /// What becomes of the chosen parts.
  package enum Procedure: String, Codable, CaseIterable, Sendable {
    /// The article's: each part has its own forward and backward pass at the weights that the part
    /// before has left, and a step with its own gradient.
    case described
    /// The author's loop: all parts' losses are computed before the first step, and gradients are
    /// not cleared between the parts' steps, so that the i-th of k steps applies g₁ + … + gᵢ, all
    /// at the weights before the first. In sum the parts weigh (k + 1)/2 times what the article says.
    /// The candidates that lost go into batch normalisation's moving averages, too.
    case published
  }

  /// Which dropout masks candidates are scored with.
  package enum Masks: String, Codable, CaseIterable, Sendable {
    /// Each candidate's own, which its step uses again, as where masks are drawn in each forward
    /// pass.
    case own
    /// Each candidate's own, and the step has others: a fresh forward pass.
    case fresh
    /// The same for all.
    case shared
  }

  /// The samples of an iteration.
  package let baseBatchSize: Int
  /// The batch sizes to choose from, in the order that decides ties; divisors of the base.
  package let candidates: [Int]
  package let criterion: Criterion
  package let procedure: Procedure
  package let masks: Masks

  /// Creates a rule; a single candidate is a fixed batch size.
  ///
  /// It throws `StudyError` for candidates that don't divide the base batch or aren't distinct.
  package init(
    _ criterion: Criterion, procedure: Procedure = .described, masks: Masks = .own,
    baseBatchSize: Int = 256, candidates: [Int] = [256, 128, 64]
  ) throws(StudyError) {
    guard !candidates.isEmpty, Set(candidates).count == candidates.count else {
      throw .candidatesNotDistinct(candidates)
    }
    for candidate in candidates where candidate < 1 || baseBatchSize % candidate != 0 {
      throw .candidateDoesNotDivide(candidate: candidate, baseBatchSize: baseBatchSize)
    }
    self.baseBatchSize = baseBatchSize
    self.candidates = candidates
    self.criterion = criterion
    self.procedure = procedure
    self.masks = masks
  }

  /// Whether the candidates of one iteration can have different losses: with batch normalisation,
  /// unless its groups divide all parts, and with dropout, unless the masks are shared.
  package func canDiffer(for model: ModelSpec) -> Bool {
    couples(model) || masks != .shared && model.layers.contains { $0.isDropout }
  }

  /// Whether the parts' statistics differ from the whole's: with batch normalisation whose groups
  /// don't divide all parts.
  package func couples(_ model: ModelSpec) -> Bool {
    model.layers.contains { layer in
      guard let spec = layer.batchStatistics else { return false }
      guard let group = spec.groupSize else { return true }
      return candidates.contains { $0 % group != 0 }
    }
  }

  /// The place of the first candidate that is as good as any, and whether there were several.
  ///
  /// The candidates' losses are in their order, and none where all are equal; chance is a number in
  /// 0 ..< 1, which decides where chance does.
  package func choice(losses: [Double], chance: Double) -> (index: Int, isTie: Bool) {
    if criterion == .random {
      return (min(Int(chance * Double(candidates.count)), candidates.count - 1), false)
    }
    guard let best = criterion == .minimum ? losses.min() : losses.max() else {
      return (0, candidates.count > 1)
    }
    return (losses.firstIndex(of: best) ?? 0, losses.count { $0 == best } > 1)
  }
}

extension LayerSpec {
  fileprivate var isDropout: Bool {
    if case .dropout = self { true } else { false }
  }
}
