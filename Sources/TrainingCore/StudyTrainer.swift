/// What the study of online batch-size selection asks of a trainer besides.
public protocol OnlineSelectionTrainer: Trainer {
  /// Runs samples forward in training mode, without a gradient: what `accumulateGradient` would
  /// return.
  ///
  /// - Parameters:
  ///   - batch: Samples of one batch, or one part of it.
  ///   - updatesAverages: Whether batch normalisation's moving averages take the samples in.
  /// - Returns: Loss and hits of the forward pass.
  mutating func trainingTally(of batch: Batch, updatesAverages: Bool) -> Tally

  /// Takes over what another trainer of the same model accumulated: its gradient, instead of its
  /// own, and its moving averages.
  ///
  /// A step that follows is then made with a gradient that belongs to other weights.
  ///
  /// - Parameter other: The other trainer, which keeps what it has.
  mutating func takeGradient(from other: Self)
}

/// What the study of transfer learning asks of a trainer besides.
public protocol TransferTrainer: Trainer {
  /// Mean and variance that each normalising layer's moving averages took in last, those of the last
  /// group of the last pass, in the order of `ParameterLayout.statistics`: what a moving average
  /// with any momentum is made of, whatever the model's own is.
  var latestStatistics: [Tensor] { get }

  /// Replaces the moving averages by the mean and the variance (divided by N) that each normalising
  /// layer's inputs have over a whole data set, layer after layer, those before it normalising by
  /// theirs.
  ///
  /// Each sample's own moments and their combination are computed in Double, sample after sample:
  /// the same bits however the samples are divided for it. The law of total variance, for samples
  /// of P positions with means mₙ and variances vₙ: the variance is the mean of vₙ and the variance
  /// of mₙ together.
  ///
  /// - Parameter examples: The data set, of at least one sample.
  mutating func measureStatistics(over examples: Examples)
}

/// A trainer that every study can be made with.
public typealias StudyTrainer = OnlineSelectionTrainer & TransferTrainer
