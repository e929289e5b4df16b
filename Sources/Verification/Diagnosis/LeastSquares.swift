/// The combination of some vectors that is nearest to another one.
///
/// By modified Gram–Schmidt with a second pass, which keeps the basis orthogonal to working
/// precision (Björck 1996, "Numerical Methods for Least Squares Problems", section 2.4.5).
struct LeastSquares {
  let coefficients: [Double]
  /// What the combination leaves, as a vector.
  let residual: [Double]
  /// For each coefficient, by how much it can change for a change of length 1 in the target: the
  /// norms of the rows of R⁻¹.
  let sensitivities: [Double]

  var residualNorm: Double { residual.norm }

  /// Fits a target by vectors of as many numbers; nil where these depend on each other to within
  /// rounding, so that coefficients say nothing.
  init?(_ target: [Double], by basis: [[Double]]) {
    guard basis.count < target.count else { return nil }
    var orthonormal: [[Double]] = []
    /// Takes a vector's shares of the basis away, twice.
    func project(_ vector: [Double], _ shares: inout [Double]) -> [Double] {
      var rest = vector
      for _ in 0..<2 {
        for (row, direction) in orthonormal.enumerated() {
          let share = direction.dot(rest)
          shares[row] += share
          rest.add(-share, times: direction)
        }
      }
      return rest
    }
    /// R, column by column.
    var triangle = basis.map { _ in basis.map { _ in 0.0 } }
    for (column, vector) in basis.enumerated() {
      let rest = project(vector, &triangle[column])
      let length = rest.norm
      guard length > vector.norm * Self.independence, length.isFinite else { return nil }
      triangle[column][column] = length
      orthonormal.append(rest.map { $0 / length })
    }
    var shares = basis.map { _ in 0.0 }
    residual = project(target, &shares)
    let inverse = Self.inverse(of: triangle)
    coefficients = inverse.map { zip($0, shares).reduce(0) { $0 + $1.0 * $1.1 } }
    sensitivities = inverse.map(\.norm)
  }

  /// A vector that keeps less than this of its length beside the others doesn't count as another
  /// one: the square root of the unit roundoff, half of the digits.
  static let independence = 0x1p-26

  /// The rows of the inverse of an upper triangular matrix that is given by its columns.
  private static func inverse(of triangle: [[Double]]) -> [[Double]] {
    let count = triangle.count
    var inverse = triangle.map { _ in Array(repeating: 0.0, count: count) }
    for column in 0..<count {
      for row in stride(from: column, through: 0, by: -1) {
        var sum = row == column ? 1.0 : 0
        for inner in row + 1..<count where inner <= column {
          sum -= triangle[inner][row] * inverse[inner][column]
        }
        inverse[row][column] = sum / triangle[row][row]
      }
    }
    return inverse
  }
}

extension [Double] {
  /// Σ aᵢ bᵢ.
  func dot(_ other: [Double]) -> Double {
    var sum = 0.0
    for index in indices { sum += self[index] * other[index] }
    return sum
  }

  var norm: Double { dot(self).squareRoot() }

  mutating func add(_ factor: Double, times other: [Double]) {
    for index in indices { self[index] += factor * other[index] }
  }

  func subtracting(_ other: [Double]) -> [Double] { zip(self, other).map { $0 - $1 } }

  func scaled(by factor: Double) -> [Double] { map { factor * $0 } }
}
