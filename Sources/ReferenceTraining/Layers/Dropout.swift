import TrainingCore

/// Dropout, inverted: survivors are scaled up while training.
///
/// Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov 2014, section 4 and the footnote of
/// section 10 for the scaling at training time.
enum Dropout {
  /// The factor of each unit: 0 with probability `rate`, else 1/(1 − rate); [N, features].
  ///
  /// A unit survives if its random word, one of 2³² equally likely, is at least rate · 2³². The
  /// word belongs to (seed, layer, epoch, sample, unit), so a sample's mask is the same in every
  /// batch and every part of a batch.
  static func mask<S>(
    rate: Double, seed: UInt64, layer: Int, epoch: Int, samples: [Int], features: Int
  ) -> Matrix<S> {
    let field = RandomField(seed: seed, purpose: .dropout, layer: layer)
    let threshold = UInt32((rate * 0x1p32).rounded(.down))
    let survivor = S(1.0) / S(1 - rate)
    var mask = Matrix<S>(rows: samples.count, columns: features)
    for (n, sample) in samples.enumerated() {
      for quad in 0..<(features + 3) / 4 {
        let words = field.words(epoch: epoch, sample: sample, quad: quad)
        for unit in 4 * quad..<min(4 * quad + 4, features) where words[unit % 4] >= threshold {
          mask[n, unit] = survivor
        }
      }
    }
    return mask
  }

  /// y = x · mask; and backward, ∂L/∂x = ∂L/∂y · mask.
  static func apply<S>(_ mask: Matrix<S>, to x: Matrix<S>) -> Matrix<S> {
    x.combined(with: mask, *)
  }
}
