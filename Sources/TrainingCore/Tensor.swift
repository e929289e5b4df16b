/// A named array of `Float`, as trainers hand it in and out.
public struct Tensor: Equatable, Sendable {
  /// The tensor's name, unique within its model: `fc1.weight`.
  public let name: String
  /// Extents in memory order, the slowest first.
  public let shape: [Int]
  /// The elements in memory order.
  public var values: [Float]

  /// Creates a tensor.
  ///
  /// - Parameters:
  ///   - name: The tensor's name.
  ///   - shape: Extents in memory order.
  ///   - values: As many elements as the extents' product.
  public init(name: String, shape: [Int], values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "as many values as the shape says")
    self.name = name
    self.shape = shape
    self.values = values
  }
}
