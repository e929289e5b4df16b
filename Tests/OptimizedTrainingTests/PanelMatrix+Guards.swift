@testable import OptimizedTraining

extension PanelMatrix {
  /// Whether the guard lines before the first line and after the last are unchanged.
  var guardsAreIntact: Bool {
    let guards = [lines - Self.guardLines, lines + panels * stride]
    return guards.allSatisfy { start in
      (0..<Self.guardLines).allSatisfy { line in
        let bits = unsafeBitCast(start[line], to: SIMD16<UInt32>.self)
        return bits == unsafeBitCast(Self.guardLine, to: SIMD16<UInt32>.self)
      }
    }
  }
}
