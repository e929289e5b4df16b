import TrainingCore

/// Dropout, inverted: survivors are scaled up while training.
///
/// Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov 2014, section 4 and the footnote of
/// section 10 for the scaling at training time.
struct Dropout {
  /// A unit survives if its random word, one of 2³² equally likely, is at least rate · 2³².
  private let threshold: UInt32
  /// 1/(1 − rate), the factor of a survivor.
  private let survivor: Float

  init(rate: Double) {
    threshold = UInt32((rate * 0x1p32).rounded(.down))
    survivor = 1 / Float(1 - rate)
  }

  /// Writes one sample's factors of a range of panels: 0 with probability `rate`, else 1/(1 − rate).
  ///
  /// The words of sixteen neighbouring quads, four panels, are drawn at once.
  ///
  /// - Parameters:
  ///   - mask: The factors, [rows, features].
  ///   - row: The sample's row.
  ///   - panels: The panels that are written.
  ///   - numbers: The random numbers of the run's seed and this layer.
  ///   - epoch: The epoch, from 0.
  ///   - sample: The sample's index in its data set.
  func draw(
    into mask: PanelMatrix, row: Int, panels: Range<Int>, numbers: RandomLanes, epoch: Int,
    sample: Int
  ) {
    let group = 4
    for first in stride(
      from: panels.lowerBound / group * group, to: panels.upperBound, by: group)
    {
      let words = numbers.words(epoch: epoch, sample: sample, quads: first * group)
      for panel in max(first, panels.lowerBound)..<min(first + group, panels.upperBound) {
        mask.panel(panel)[row] = factors(words[panel - first])
      }
    }
  }

  @inline(__always)
  private func factors(_ words: SIMD16<UInt32>) -> Lanes {
    Lanes.zero.replacing(with: survivor, where: words .>= threshold)
  }
}
