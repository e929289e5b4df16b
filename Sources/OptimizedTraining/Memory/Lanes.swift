/// Sixteen neighbouring numbers: what one operation of the processor's widest vectors takes.
///
/// Where vectors are narrower, the compiler makes several operations of one; the bits are the
/// same, since no lane ever meets another in an addition.
typealias Lanes = SIMD16<Float>

extension Lanes {
  /// self + a·b in each lane, rounded once: the contract's fused multiply-add.
  @inline(__always)
  func addingProduct(_ a: Float, _ b: Lanes) -> Lanes {
    addingProduct(Lanes(repeating: a), b)
  }

  /// Self, or +0 in the lanes where |self| is below the least normal number.
  @inline(__always)
  var flushed: Lanes { flushed(below: .leastNormalMagnitude) }

  /// Self, or +0 in the lanes where |self| is below the least number that is kept.
  ///
  /// In integers: comparing subnormal numbers as numbers is slow too.
  @inline(__always)
  func flushed(below least: Float) -> Lanes {
    let bits = ElementaryFunctions.bits(self)
    let isSmall = ((bits & Int32.max) &- Int32(bitPattern: least.bitPattern)) &>> 31
    return ElementaryFunctions.number(bits & ~isSmall)
  }
}

/// Exchanges rows and columns of sixteen lines of sixteen numbers.
enum Transposition {
  /// Two neighbouring numbers of a line, or of a column once they are exchanged.
  private typealias Pairs = SIMD8<UInt64>

  /// Reads sixteen lines, from 0 to 15, and stores their sixteen columns in ascending order.
  ///
  /// Three exchanges, of numbers, of pairs and of quads. The first is done by shifts and masks, the
  /// second by a shuffle of two vectors, and the third by putting columns together from quads: this
  /// way the compiler finds an instruction for each. Four shuffles of whole vectors would be as many
  /// steps on paper, and take half as long again.
  @inline(__always)
  static func transpose(
    _ line: (_ row: Int) -> Lanes, store: (_ column: Int, _ values: Lanes) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Pairs.self, capacity: 16) { groups in
      guard let groups = groups.baseAddress else { return }
      let first: UInt64 = 0xffff_ffff
      for group in 0..<4 {
        let (a, b) = (pairs(line(4 * group)), pairs(line(4 * group + 1)))
        let (c, d) = (pairs(line(4 * group + 2)), pairs(line(4 * group + 3)))
        let (even, odd) = ((a & first) | (b &<< 32), (a &>> 32) | (b & ~first))
        let (nextEven, nextOdd) = ((c & first) | (d &<< 32), (c &>> 32) | (d & ~first))
        groups[4 * group] = evenPairs(even, nextEven)
        groups[4 * group + 1] = evenPairs(odd, nextOdd)
        groups[4 * group + 2] = oddPairs(even, nextEven)
        groups[4 * group + 3] = oddPairs(odd, nextOdd)
      }
      // Line j of a group holds its four rows' quads of columns j, 4 + j, 8 + j and 12 + j.
      for quad in 0..<4 {
        for column in 0..<4 {
          let start = UnsafeRawPointer(groups + column) + quad * MemoryLayout<SIMD4<Float>>.stride
          let group = 4 * MemoryLayout<Pairs>.stride
          let top = SIMD8(
            lowHalf: start.load(as: SIMD4<Float>.self),
            highHalf: start.load(fromByteOffset: group, as: SIMD4<Float>.self))
          let bottom = SIMD8(
            lowHalf: start.load(fromByteOffset: 2 * group, as: SIMD4<Float>.self),
            highHalf: start.load(fromByteOffset: 3 * group, as: SIMD4<Float>.self))
          store(4 * quad + column, Lanes(lowHalf: top, highHalf: bottom))
        }
      }
    }
  }

  @inline(__always)
  private static func pairs(_ line: Lanes) -> Pairs { unsafeBitCast(line, to: Pairs.self) }

  @inline(__always)
  private static func evenPairs(_ a: Pairs, _ b: Pairs) -> Pairs {
    Pairs(a[0], b[0], a[2], b[2], a[4], b[4], a[6], b[6])
  }

  @inline(__always)
  private static func oddPairs(_ a: Pairs, _ b: Pairs) -> Pairs {
    Pairs(a[1], b[1], a[3], b[3], a[5], b[5], a[7], b[7])
  }
}
