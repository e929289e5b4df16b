/// A table of numbers, row by row: activations [N, features], weights [I, O].
///
/// A vector, such as a bias, is a matrix of one row.
public struct Matrix<S: Scalar>: Equatable, Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The elements in memory order.
  public var elements: [S]

  /// Creates a matrix from its rows × columns elements.
  public init(rows: Int, columns: Int, elements: [S]) {
    precondition(elements.count == rows * columns, "as many elements as the extents say")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// Creates a matrix whose elements are all the same.
  public init(rows: Int, columns: Int, filledWith value: S = .zero) {
    self.init(
      rows: rows, columns: columns, elements: Array(repeating: value, count: rows * columns))
  }

  /// The element in a row and column.
  public subscript(row: Int, column: Int) -> S {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  /// Replaces every element by what a function makes of it.
  @inline(__always)
  mutating func update(_ change: (S) -> S) {
    var span = elements.mutableSpan
    for index in span.indices { span[index] = change(span[index]) }
  }

  /// Sets every element to zero.
  mutating func clear() { update { _ in .zero } }

  /// The same elements as rows of another length: [N, H·W·C] as [N·H·W, C].
  func reshaped(columns: Int) -> Matrix {
    Matrix(rows: elements.count / Swift.max(columns, 1), columns: columns, elements: elements)
  }

  /// A function of every element.
  func map<T>(_ transform: (S) -> T) -> Matrix<T> {
    Matrix<T>(rows: rows, columns: columns, elements: elements.map(transform))
  }

  /// A function of the elements at the same place of two matrices of the same extents.
  func combined(with other: Matrix, _ transform: (S, S) -> S) -> Matrix {
    var result = self
    for index in elements.indices {
      result.elements[index] = transform(elements[index], other.elements[index])
    }
    return result
  }

  /// The matrix with rows and columns exchanged.
  ///
  /// By blocks of sixteen rows, so that what is written side by side shares cache lines.
  var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    let source = elements.span
    var target = result.elements.mutableSpan
    for firstRow in stride(from: 0, to: rows, by: 16) {
      for column in 0..<columns {
        for row in firstRow..<Swift.min(firstRow + 16, rows) {
          target[column * rows + row] = source[row * columns + column]
        }
      }
    }
    return result
  }

  /// self[row, j] += factor · other[otherRow, j] for every column j, by fused multiply-adds.
  ///
  /// This is the inner loop of the dense products: its iterations don't depend on each other, so the
  /// compiler may take several at once without changing a bit. The fold over the contraction is in
  /// the callers' loops around it.
  mutating func addProduct(_ factor: S, row otherRow: Int, of other: Matrix, toRow row: Int) {
    let (count, from, to) = (columns, otherRow * columns, row * columns)
    let added = other.elements.span
    var sums = elements.mutableSpan
    for j in 0..<count { sums[to + j] = sums[to + j].addingProduct(factor, added[from + j]) }
  }
}
