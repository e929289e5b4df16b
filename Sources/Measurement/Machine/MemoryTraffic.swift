import Dispatch

/// Arrays in memory, and sweeps over them that do nearly nothing else than move them.
///
/// The kernels of STREAM (McCalpin 1995, "Memory Bandwidth and Machine Balance in Current High
/// Performance Computers"), of which a model's forward pass resembles the reading one, and a step
/// the one that writes, too. Beyond the caches, the rate of a sweep is the memory's.
package final class MemoryTraffic {
  /// What a sweep does with every element.
  package enum Kernel: String, CaseIterable, Codable, Hashable, Sendable {
    /// Adds up one array.
    case read
    /// Sets an array to the sum of another one and a multiple of a third: a = b + 3 c.
    case triad

    /// The arrays that a sweep moves.
    ///
    /// As STREAM counts: a line that is written counts once, though most processors fetch it first.
    package var arrays: Int { self == .read ? 1 : 3 }
  }

  private typealias Line = SIMD16<Float>
  private let a, b, c: UnsafeMutablePointer<Line>
  private let lineCount: Int
  private let sums: UnsafeMutablePointer<Line>
  let threads: Int

  /// Allocates and fills three arrays, each part by the thread that will sweep it.
  ///
  /// Sizes are rounded up to lines of 64 bytes, and threads to one.
  package init(bytesPerArray: Int, threads: Int) {
    let size = MemoryLayout<Line>.size
    lineCount = max((bytesPerArray + size - 1) / size, 1)
    self.threads = max(threads, 1)
    (a, b, c) = (
      .allocate(capacity: lineCount), .allocate(capacity: lineCount),
      .allocate(capacity: lineCount)
    )
    sums = .allocate(capacity: self.threads)
    sums.initialize(repeating: .zero, count: self.threads)
    inParts { [a, b, c] _, lines in
      for line in lines {
        (a + line).initialize(to: .zero)
        (b + line).initialize(to: Line(repeating: Float(line % 1021)))
        (c + line).initialize(to: Line(repeating: Float(line % 509)))
      }
    }
  }

  deinit {
    for array in [a, b, c, sums] { array.deallocate() }
  }

  /// The bytes of all arrays that a sweep reads or writes.
  package func bytes(_ kernel: Kernel) -> Int {
    kernel.arrays * lineCount * MemoryLayout<Line>.size
  }

  /// Sweeps over the arrays once.
  @inline(never)
  package func sweep(_ kernel: Kernel) {
    switch kernel {
    case .read: inParts { part, lines in self.read(part, lines) }
    case .triad: inParts { _, lines in self.triad(lines) }
    }
  }

  /// Divides the lines among the threads, in neighbouring ranges of nearly equal size.
  private func inParts(_ body: (_ part: Int, _ lines: Range<Int>) -> Void) {
    let (threads, lineCount) = (threads, lineCount)
    // Each part has lines and a sum of its own.
    nonisolated(unsafe) let body = body
    DispatchQueue.concurrentPerform(iterations: threads) { part in
      body(part, lineCount * part / threads..<lineCount * (part + 1) / threads)
    }
  }

  /// Four sums, so that no addition waits for the one before it.
  private func read(_ part: Int, _ lines: Range<Int>) {
    var (first, second, third, fourth) = (Line.zero, Line.zero, Line.zero, Line.zero)
    var line = lines.lowerBound
    while line + 4 <= lines.upperBound {
      first += b[line]
      second += b[line + 1]
      third += b[line + 2]
      fourth += b[line + 3]
      line += 4
    }
    while line < lines.upperBound {
      first += b[line]
      line += 1
    }
    sums[part] = (first + second) + (third + fourth)
  }

  private func triad(_ lines: Range<Int>) {
    let three = Line(repeating: 3)
    for line in lines { a[line] = b[line].addingProduct(three, c[line]) }
  }

  /// What the latest reading sweep added up to, over all lanes of all threads.
  var sum: Double {
    (0..<threads).reduce(0) { total, part in
      (0..<Line.scalarCount).reduce(total) { $0 + Double(sums[part][$1]) }
    }
  }

  /// The array that the triad writes, line by line, as long as all lanes of a line agree.
  var written: [Float]? {
    (0..<lineCount).reduce(into: [] as [Float]?) { values, line in
      if a[line] == Line(repeating: a[line][0]) { values?.append(a[line][0]) } else { values = nil }
    }
  }
}
