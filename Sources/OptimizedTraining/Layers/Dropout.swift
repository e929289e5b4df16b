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

  /// Writes a block of a mask [N·H·W, C]: 0 with probability `rate`, else 1/(1 − rate).
  ///
  /// A line of the mask takes the words of four neighbouring quads, if its first unit begins one.
  /// Four lines are drawn at once, whichever panels and rows they belong to, so that no block draws
  /// words that it doesn't need; the last lines of a block are written again to make up four.
  func draw(
    into mask: PanelMatrix, panels: Range<Int>, rows: Range<Int>, image: ImageShape,
    keys: SampleKeys
  ) {
    let lines = panels.count * rows.count
    guard lines > 0 else { return }
    /// A line of the block, its sample and its first unit among those of the sample.
    func line(_ index: Int) -> (line: UnsafeMutablePointer<Lanes>, sample: Int, unit: Int) {
      let (rowIndex, panelIndex) = min(index, lines - 1).quotientAndRemainder(
        dividingBy: panels.count)
      let (row, panel) = (rows.lowerBound + rowIndex, panels.lowerBound + panelIndex)
      let (sample, position) = row.quotientAndRemainder(dividingBy: image.positions)
      return (
        mask.panel(panel) + row, keys.samples[sample],
        position * image.channels + panel * Lanes.scalarCount
      )
    }
    guard image.positions == 1 || image.channels.isMultiple(of: 4) else {
      for index in 0..<lines {
        let target = line(index)
        target.line.pointee = factors(from: target.unit, epoch: keys.epoch, sample: target.sample)
      }
      return
    }
    for first in stride(from: 0, to: lines, by: 4) {
      let (a, b, c, d) = (line(first), line(first + 1), line(first + 2), line(first + 3))
      let words = numbers.words(
        epoch: keys.epoch, samples: [a.sample, b.sample, c.sample, d.sample],
        quads: [a.unit / 4, b.unit / 4, c.unit / 4, d.unit / 4])
      a.line.pointee = factors(words[0])
      b.line.pointee = factors(words[1])
      c.line.pointee = factors(words[2])
      d.line.pointee = factors(words[3])
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

  /// The factor of each unit, from its word.
  ///
  /// What a comparison of integers would say is the borrow of word − threshold (Warren, "Hacker's
  /// Delight", section 2-13), in operations that exist for whole vectors.
  @inline(__always)
  private func factors(_ words: SIMD16<UInt32>) -> Lanes {
    let borrow = (~words & threshold) | (~(words ^ threshold) & (words &- threshold))
    let isDropped = SIMD16<Int32>(truncatingIfNeeded: borrow) &>> 31
    return ElementaryFunctions.number(~isDropped & Int32(bitPattern: survivor.bitPattern))
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
/// SC 2011, section 3.3) with sixteen counters side by side. A word has a lane of 64 bits, where it
/// is multiplied without being widened first. Its upper half is whatever earlier operations left
/// there, and is cleared where it counts.
struct RandomLanes {
  private typealias Words = SIMD16<UInt64>

  private let key: (UInt32, UInt32)
  private let stream: UInt32

  init(seed: UInt64, purpose: RandomPurpose, layer: Int) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    stream = UInt32(purpose.rawValue) << 24 | UInt32(layer)
  }

  /// Four times the words of four neighbouring quads of units, in the order of the units: of each
  /// sample from its own quad on.
  @inline(__always)
  func words(epoch: Int, samples: [4 of Int], quads: [4 of Int]) -> [4 of SIMD16<UInt32>] {
    var a = Self.eachFourTimes(quads) &+ Self.ascending
    var b = Self.eachFourTimes(samples)
    var c = Words(repeating: UInt64(truncatingIfNeeded: epoch))
    var d = Words(repeating: UInt64(stream))
    var (k0, k1) = key
    for _ in 0..<10 {
      let (product0, product1) = (Self.product(a, 0xD251_1F53), Self.product(c, 0xCD9E_8D57))
      (a, c) = (product1 &>> 32 ^ b ^ UInt64(k0), product0 &>> 32 ^ d ^ UInt64(k1))
      (b, d) = (product1, product0)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    let (ab, cd) = (Self.pairs(a, b), Self.pairs(c, d))
    return [
      Self.quads(ab.lowHalf.lowHalf, cd.lowHalf.lowHalf),
      Self.quads(ab.lowHalf.highHalf, cd.lowHalf.highHalf),
      Self.quads(ab.highHalf.lowHalf, cd.highHalf.lowHalf),
      Self.quads(ab.highHalf.highHalf, cd.highHalf.highHalf),
    ]
  }

  private static var ascending: Words { Words(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3) }

  @inline(__always)
  private static func eachFourTimes(_ numbers: [4 of Int]) -> Words {
    let four = { (index: Int) in
      SIMD4<UInt64>(repeating: UInt64(truncatingIfNeeded: numbers[index]))
    }
    return Words(
      lowHalf: SIMD8(lowHalf: four(0), highHalf: four(1)),
      highHalf: SIMD8(lowHalf: four(2), highHalf: four(3)))
  }

  /// The products of the words, the lower halves of their lanes, and a factor.
  @inline(__always)
  private static func product(_ words: Words, _ factor: UInt64) -> Words {
    (words & 0xffff_ffff) &* factor
  }

  /// Each first word followed by the second.
  @inline(__always)
  private static func pairs(_ first: Words, _ second: Words) -> Words {
    first & 0xffff_ffff | second &<< 32
  }

  /// Four quads, from their first and their last two words.
  @inline(__always)
  private static func quads(_ ab: SIMD4<UInt64>, _ cd: SIMD4<UInt64>) -> SIMD16<UInt32> {
    let pairs = SIMD8(ab[0], cd[0], ab[1], cd[1], ab[2], cd[2], ab[3], cd[3])
    return unsafeBitCast(pairs, to: SIMD16<UInt32>.self)
  }
}
