@testable import OptimizedTraining

/// Sizes at which the optimized trainer's loops take another path: each tile and block, one less
/// and one more, and multiples.
enum TileEdges {
  /// Edges of the tiles in registers: rows of 12, 8, 4, 2 and 1, panels of sixteen columns, and
  /// pairs of them.
  static let small: [Int] = {
    let tiles = [1, 2, 4, 8, 12, 16, Microkernel.mr, Microkernel.nr]
    return around(tiles.flatMap { [$0, 2 * $0] } + [3 * 12, 3 * 16])
  }()

  /// Edges of the blocks in the caches.
  static let large: [Int] = around([GEMM.kc, GEMM.mc, GEMM.nc])

  private static func around(_ sizes: [Int]) -> [Int] {
    Set(sizes.flatMap { [$0 - 1, $0, $0 + 1] }).filter { $0 > 0 }.sorted()
  }
}
