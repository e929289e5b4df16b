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
  private let numbers: RandomLanes
  private let field: RandomField

  init(rate: Double, seed: UInt64, layer: Int) {
    numbers = RandomLanes(seed: seed, purpose: .dropout, layer: layer)
    field = RandomField(seed: seed, purpose: .dropout, layer: layer)
    threshold = UInt32((rate * 0x1p32).rounded(.down))
    survivor = 1 / Float(1 - rate)
  }

  /// Writes one row's factors of a range of panels: 0 with probability `rate`, else 1/(1 − rate).
  ///
  /// The words of sixteen neighbouring quads, four panels, are drawn at once where a row begins with a
  /// quad of its own, as that of an image of one position does.
  ///
  /// - Parameters:
  ///   - mask: The factors, [rows, C].
  ///   - row: The row: one position of one sample.
  ///   - panels: The panels that are written.
  ///   - epoch: The epoch, from 0.
  ///   - sample: The sample's index in its data set.
  ///   - firstUnit: The row's first unit among those of the sample.
  func draw(
    into mask: PanelMatrix, row: Int, panels: Range<Int>, epoch: Int, sample: Int, firstUnit: Int
  ) {
    guard firstUnit == 0 else {
      for panel in panels {
        mask.panel(panel)[row] = factors(
          from: firstUnit + panel * Lanes.scalarCount, epoch: epoch, sample: sample)
      }
      return
    }
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

  /// The factors of sixteen units from any on.
  private func factors(from unit: Int, epoch: Int, sample: Int) -> Lanes {
    var lanes = SIMD16<UInt32>.zero
    var words: [4 of UInt32] = [0, 0, 0, 0]
    for lane in 0..<Lanes.scalarCount {
      let (quad, place) = (unit + lane).quotientAndRemainder(dividingBy: 4)
      if lane == 0 || place == 0 { words = field.words(epoch: epoch, sample: sample, quad: quad) }
      lanes[lane] = words[place]
    }
    return factors(lanes)
  }

  @inline(__always)
  private func factors(_ words: SIMD16<UInt32>) -> Lanes {
    Lanes.zero.replacing(with: survivor, where: words .>= threshold)
  }
}
