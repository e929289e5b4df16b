/// The data in numbers.
public struct DataSummary: Codable, Hashable, Sendable {
  /// The data set's name.
  public var name: String
  /// How pixels were normalised.
  public var normalization: String
  /// Images trained on.
  public var training: Int
  /// Images held out.
  public var validation: Int
  /// Images tested on.
  public var test: Int

  /// Creates a summary.
  ///
  /// - Parameters:
  ///   - name: The data set's name.
  ///   - normalization: How pixels were normalised.
  ///   - training: Images trained on.
  ///   - validation: Images held out.
  ///   - test: Images tested on.
  public init(name: String, normalization: String, training: Int, validation: Int, test: Int) {
    self.name = name
    self.normalization = normalization
    self.training = training
    self.validation = validation
    self.test = test
  }
}
