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

  /// Writes one row of a mask [N·H·W, C]: 0 with probability `rate`, else 1/(1 − rate).
  ///
  /// The words of sixteen neighbouring quads, four panels, are drawn at once where a row starts with a
  /// quad of its own, as that of an image of one position does. `firstUnit` is the row's first unit
  /// among those of the sample.
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

  /// The factors of sixteen units, the first of which need not start a quad.
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

/// What determines a batch's dropout masks.
struct SampleKeys {
  /// The samples' indices in their data set, [N].
  let samples: UnsafePointer<Int>
  /// The epoch, from 0.
  let epoch: Int
}

/// The numbers of a `RandomField`, sixty-four at a time.
///
/// Philox 4×32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
/// SC 2011, section 3.3) with sixteen counters side by side.
struct RandomLanes {
  private typealias Words = SIMD16<UInt32>

  private let key: (UInt32, UInt32)
  private let stream: UInt32

  /// The field of one seed, purpose and layer.
  init(seed: UInt64, purpose: RandomPurpose, layer: Int) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    stream = UInt32(purpose.rawValue) << 24 | UInt32(layer)
  }

  /// The words of sixteen neighbouring quads of units from the first on, in the order of the units.
  @inline(__always)
  func words(epoch: Int, sample: Int, quads: Int) -> [4 of SIMD16<UInt32>] {
    var a = Words(repeating: UInt32(truncatingIfNeeded: quads)) &+ Self.ascending
    var b = Words(repeating: UInt32(truncatingIfNeeded: sample))
    var c = Words(repeating: UInt32(truncatingIfNeeded: epoch))
    var d = Words(repeating: stream)
    var (k0, k1) = key
    for _ in 0..<10 {
      let (high0, low0) = Self.product(a, 0xD251_1F53)
      let (high1, low1) = Self.product(c, 0xCD9E_8D57)
      (a, b, c, d) = (high1 ^ b ^ k0, low1, high0 ^ d ^ k1, low0)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    var even = SIMD32<UInt32>()
    even.evenHalf = a
    even.oddHalf = c
    var odd = SIMD32<UInt32>()
    odd.evenHalf = b
    odd.oddHalf = d
    var all = SIMD64<UInt32>()
    all.evenHalf = even
    all.oddHalf = odd
    return [
      all.lowHalf.lowHalf, all.lowHalf.highHalf, all.highHalf.lowHalf, all.highHalf.highHalf,
    ]
  }

  private static var ascending: Words {
    Words(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  }

  /// The upper and the lower half of each product.
  @inline(__always)
  private static func product(_ words: Words, _ factor: UInt32) -> (high: Words, low: Words) {
    let wide = SIMD16<UInt64>(truncatingIfNeeded: words) &* UInt64(factor)
    return (Words(truncatingIfNeeded: wide &>> 32), words &* factor)
  }
}
