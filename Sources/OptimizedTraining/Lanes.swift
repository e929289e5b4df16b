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

  /// The lanes where a condition holds, and zero elsewhere.
  @inline(__always)
  func zeroed(where mask: SIMDMask<SIMD16<Int32>>) -> Lanes {
    replacing(with: 0, where: mask)
  }
}
