/// Sixteen lines of sixteen numbers, in registers.
///
/// Named variables and no array of them: what is indexed stays in memory, and thirty-two vector
/// registers are enough for a square and its successor.
struct Square {
  private var a: Lanes, b: Lanes, c: Lanes, d: Lanes, e: Lanes, f: Lanes, g: Lanes, h: Lanes
  private var i: Lanes, j: Lanes, k: Lanes, l: Lanes, m: Lanes, n: Lanes, o: Lanes, p: Lanes

  /// Loads sixteen neighbouring lines, [16, 16].
  @inline(__always)
  init(_ lines: UnsafePointer<Lanes>) { self.init { lines[$0] } }

  /// Takes sixteen lines.
  @inline(__always)
  init(_ line: (_ row: Int) -> Lanes) {
    (a, b, c, d) = (line(0), line(1), line(2), line(3))
    (e, f, g, h) = (line(4), line(5), line(6), line(7))
    (i, j, k, l) = (line(8), line(9), line(10), line(11))
    (m, n, o, p) = (line(12), line(13), line(14), line(15))
  }

  /// Stores the sixteen lines, [16, 16].
  @inline(__always)
  func store(_ lines: UnsafeMutablePointer<Lanes>) {
    (lines[0], lines[1], lines[2], lines[3]) = (a, b, c, d)
    (lines[4], lines[5], lines[6], lines[7]) = (e, f, g, h)
    (lines[8], lines[9], lines[10], lines[11]) = (i, j, k, l)
    (lines[12], lines[13], lines[14], lines[15]) = (m, n, o, p)
  }

  /// Exchanges rows and columns.
  ///
  /// Four inverse perfect shuffles: each sends the even lanes of all lines to the first eight
  /// lines and the odd ones to the last eight, which rotates the eight bits of an element's
  /// address (line, lane) by one. After four of them line and lane have changed places.
  @inline(__always)
  mutating func transpose() {
    shuffle()
    shuffle()
    shuffle()
    shuffle()
  }

  @inline(__always)
  private mutating func shuffle() {
    let old = self
    (a, i) = Self.unzipped(old.a, old.b)
    (b, j) = Self.unzipped(old.c, old.d)
    (c, k) = Self.unzipped(old.e, old.f)
    (d, l) = Self.unzipped(old.g, old.h)
    (e, m) = Self.unzipped(old.i, old.j)
    (f, n) = Self.unzipped(old.k, old.l)
    (g, o) = Self.unzipped(old.m, old.n)
    (h, p) = Self.unzipped(old.o, old.p)
  }

  /// The even lanes of two lines, and the odd ones.
  @inline(__always)
  private static func unzipped(_ first: Lanes, _ second: Lanes) -> (Lanes, Lanes) {
    (
      Lanes(lowHalf: first.evenHalf, highHalf: second.evenHalf),
      Lanes(lowHalf: first.oddHalf, highHalf: second.oddHalf)
    )
  }
}
