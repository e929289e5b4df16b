import TrainingCore

extension OnlineStudy {
  package struct Arm: Codable, Hashable, Sendable {
    /// What the arm is called in results: `fixed-256`, `minimum`, `minimum-published`.
    let name: String
    /// How the batch size is chosen; a single candidate is fixed.
    let selection: BatchSizeSelection
    /// The largest norm of a step's gradient, or nil for no clipping.
    let clipNorm: Double?

    /// Whether the arm follows the article's description and not its author's loop; it then is also
    /// trained with a learning rate of its own.
    var isControlled: Bool { selection.procedure == .described }
  }
}

extension OnlineStudy.Options {
  /// The name of the arm that the article compares with.
  var baseline: String { "fixed-\(baseBatchSize)" }

  /// All arms.
  ///
  /// The fixed sizes come with the learning rate in proportion, as selection has it. Some arms take
  /// the published loop apart: with a fixed size, or with sizes drawn at random, it selects nothing, but
  /// its gradients pile up.
  func arms() throws(StudyError) -> [OnlineStudy.Arm] {
    func arm(
      _ name: String, _ criterion: BatchSizeSelection.Criterion,
      _ procedure: BatchSizeSelection.Procedure = .described,
      _ masks: BatchSizeSelection.Masks = .own, of candidates: [Int]? = nil
    ) throws(StudyError) -> OnlineStudy.Arm {
      OnlineStudy.Arm(
        name: name,
        selection: try BatchSizeSelection(
          criterion, procedure: procedure, masks: masks, baseBatchSize: baseBatchSize,
          candidates: candidates ?? self.candidates),
        clipNorm: procedure == .published ? 5 : nil)
    }
    let fixedSizes =
      candidates.contains(baseBatchSize) ? candidates : [baseBatchSize] + candidates
    var arms: [OnlineStudy.Arm] = []
    for size in fixedSizes { arms.append(try arm("fixed-\(size)", .minimum, of: [size])) }
    arms.append(try arm("random", .random))
    for criterion in [BatchSizeSelection.Criterion.minimum, .maximum] {
      let name = criterion.rawValue
      arms.append(try arm(name, criterion))
      arms.append(try arm("\(name)-fresh", criterion, .described, .fresh))
      arms.append(try arm("\(name)-published", criterion, .published))
    }
    arms.append(try arm("random-published", .random, .published))
    for size in fixedSizes {
      arms.append(try arm("fixed-\(size)-published", .minimum, .published, of: [size]))
    }
    return arms
  }
}
