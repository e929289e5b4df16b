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

  /// Creates a matrix from its elements.
  ///
  /// - Parameters:
  ///   - rows: The number of rows.
  ///   - columns: The number of columns.
  ///   - elements: rows × columns elements.
  public init(rows: Int, columns: Int, elements: [S]) {
    precondition(elements.count == rows * columns, "as many elements as the extents say")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// Creates a matrix whose elements are all the same.
  ///
  /// - Parameters:
  ///   - rows: The number of rows.
  ///   - columns: The number of columns.
  ///   - value: Every element.
  public init(rows: Int, columns: Int, filledWith value: S = .zero) {
    self.init(
      rows: rows, columns: columns, elements: Array(repeating: value, count: rows * columns))
  }

  /// The element in a row and column.
  ///
  /// - Parameters:
  ///   - row: The row.
  ///   - column: The column.
  public subscript(row: Int, column: Int) -> S {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  /// The matrix with rows and columns exchanged.
  ///
  /// Sixteen rows at a time, so that what is written side by side shares cache lines.
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

  /// Sets every element to zero.
  mutating func clear() {
    for index in elements.indices { elements[index] = .zero }
  }

  /// Adds a multiple of another matrix's row to a row of this one.
  ///
  /// This is the inner loop of every product: its iterations don't depend on each other, so the
  /// compiler may take several at once without changing a bit. The fold over the contraction is
  /// in the callers' loops around it.
  ///
  /// - Parameters:
  ///   - factor: The multiple.
  ///   - otherRow: The row of `other`.
  ///   - other: A matrix with as many columns.
  ///   - row: The row that is added to.
  mutating func addProduct(_ factor: S, row otherRow: Int, of other: Matrix, toRow row: Int) {
    addProduct(
      factor, elementsFrom: otherRow * columns, of: other, count: columns, to: row * columns)
  }

  /// Adds a multiple of neighbouring elements of another matrix to neighbouring ones of this.
  ///
  /// - Parameters:
  ///   - factor: The multiple.
  ///   - from: The first element of `other`.
  ///   - other: Another matrix.
  ///   - count: The elements that are added.
  ///   - to: The first element that is added to.
  mutating func addProduct(
    _ factor: S, elementsFrom from: Int, of other: Matrix, count: Int, to: Int
  ) {
    let source = other.elements.span
    var target = elements.mutableSpan
    for index in 0..<count {
      target[to + index] = target[to + index].addingProduct(factor, source[from + index])
    }
  }

  /// The same elements as rows of another length: [N, H·W·C] as [N·H·W, C].
  func reshaped(columns: Int) -> Matrix {
    Matrix(rows: elements.count / Swift.max(columns, 1), columns: columns, elements: elements)
  }
}
