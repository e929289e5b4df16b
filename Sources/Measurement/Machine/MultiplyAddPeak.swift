import CProcessor
import Dispatch

/// The rate at which threads do fused multiply-adds when nothing else is in their way.
///
/// It is the ceiling of every product of matrices. A run is, on each thread, a loop of multiply-adds
/// that don't wait for each other: enough chains to hide one's latency, few enough to stay in
/// registers.
package final class MultiplyAddPeak {
  private typealias Line = SIMD16<Float>
  /// The operands of each thread, 14 lines.
  private let operands: UnsafeMutablePointer<Line>
  private static let lineCount = 14
  /// The threads that run the loop at once.
  package let threads: Int

  /// Prepares the operands of at least one thread.
  package init(threads: Int = 1) {
    self.threads = max(threads, 1)
    let count = self.threads * Self.lineCount
    operands = .allocate(capacity: count)
    operands.initialize(repeating: Line(repeating: 0x1p-6), count: count)
  }

  deinit { operands.deallocate() }

  /// The floating-point operations of one iteration of all threads' loops, two a multiply-add.
  package var operationsPerIteration: Int { 2 * Line.scalarCount * Self.chains * threads }

  /// As many chains as there are registers for.
  ///
  /// AVX-512 has 32 registers of sixteen numbers. Where a line takes two registers of 16 (AVX2) or
  /// four of 32 (NEON), five chains of lines are ten or twenty of registers, and fill them.
  private static var chains: Int { hasWideRegisters ? 12 : 5 }

  private static var hasWideRegisters: Bool {
    #if arch(x86_64)
      processor_built_features() >> processor_avx512f.rawValue & 1 == 1
    #else
      false
    #endif
  }

  /// What each number of each thread's chains has come to: 2⁻⁶, and 2⁻¹² more with each iteration.
  var sums: [Float] {
    (0..<threads).flatMap { thread in
      (0..<Self.chains * Line.scalarCount).map {
        operands[thread * Self.lineCount + $0 / Line.scalarCount][$0 % Line.scalarCount]
      }
    }
  }

  /// Runs so many iterations of the loop on each thread.
  @inline(never)
  package func run(iterations: Int) {
    // Each thread has operands of its own.
    nonisolated(unsafe) let operands = operands
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      Self.multiplyAndAdd(operands + thread * Self.lineCount, iterations)
    }
  }

  // Each chain is a variable of its own, since what is indexed stays in memory, and all begin and
  // end in memory, since a vector that is handed to a function is split. Whether registers are wide
  // is known when this is compiled, so the other seven take no register where they do nothing.
  @inline(__always)
  private static func multiplyAndAdd(_ lines: UnsafeMutablePointer<Line>, _ iterations: Int) {
    let (x, y) = (lines[12], lines[13])
    var (a, b, c, d) = (lines[0], lines[1], lines[2], lines[3])
    var (e, f, g, h) = (lines[4], lines[5], lines[6], lines[7])
    var (i, j, k, l) = (lines[8], lines[9], lines[10], lines[11])
    for _ in 0..<iterations {
      a.addProduct(x, y)
      b.addProduct(x, y)
      c.addProduct(x, y)
      d.addProduct(x, y)
      e.addProduct(x, y)
      guard hasWideRegisters else { continue }
      f.addProduct(x, y)
      g.addProduct(x, y)
      h.addProduct(x, y)
      i.addProduct(x, y)
      j.addProduct(x, y)
      k.addProduct(x, y)
      l.addProduct(x, y)
    }
    (lines[0], lines[1], lines[2], lines[3]) = (a, b, c, d)
    (lines[4], lines[5], lines[6], lines[7]) = (e, f, g, h)
    (lines[8], lines[9], lines[10], lines[11]) = (i, j, k, l)
  }
}
