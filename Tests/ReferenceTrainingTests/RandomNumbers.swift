import TrainingCore

@testable import ReferenceTraining

/// Random test data as a function of a seed.
struct RandomNumbers {
  private let field: RandomField
  private var index = 0

  init(seed: UInt64) { field = RandomField(seed: seed, purpose: .initialWeights, layer: 1 << 20) }

  mutating func word() -> UInt32 {
    defer { index += 1 }
    return field.words(quad: index / 4)[index % 4]
  }

  /// A whole number from 0 up to, but not including, a bound.
  mutating func integer(below bound: Int) -> Int { Int(word()) % bound }

  /// A multiple of 2⁻²⁰ in −1 ..< 1, so that adding a small power of two to it is exact.
  mutating func uniform() -> Float { Float(Int(word() >> 11) - (1 << 20)) * 0x1p-20 }

  mutating func uniforms(_ count: Int) -> [Float] { (0..<count).map { _ in uniform() } }

  /// Numbers of all 24 bits and several magnitudes, whose sums round.
  mutating func rough<S>(rows: Int, columns: Int) -> Matrix<S> {
    let elements = (0..<rows * columns).map { _ in S(uniform() * uniform() * uniform()) }
    return Matrix(rows: rows, columns: columns, elements: elements)
  }

  /// A small whole number, of which sums of products are exact in every type.
  mutating func small() -> Int { integer(below: 17) - 8 }

  mutating func matrix<S>(rows: Int, columns: Int) -> Matrix<S> {
    Matrix(rows: rows, columns: columns, elements: uniforms(rows * columns).map { S($0) })
  }

  mutating func integers<S>(rows: Int, columns: Int) -> Matrix<S> {
    let elements = (0..<rows * columns).map { _ in S(Double(small())) }
    return Matrix(rows: rows, columns: columns, elements: elements)
  }

  mutating func labels(_ count: Int, classes: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(integer(below: classes)) }
  }
}
