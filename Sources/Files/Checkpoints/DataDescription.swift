/// Which images a run was trained on, so that it goes on with the same.
public struct DataDescription: Codable, Hashable, Sendable {
  /// The data set's name or folder.
  public var name: String
  /// How pixels were normalised.
  public var normalization: String
  /// The share of training images that was held out.
  public var validationFraction: Double
  /// How the held-out images were chosen.
  public var split: String
  /// The images trained on.
  public var trainingCount: Int

  /// Describes data.
  ///
  /// - Parameters:
  ///   - name: The data set's name or folder.
  ///   - normalization: How pixels were normalised.
  ///   - validationFraction: The share of training images that was held out.
  ///   - split: How the held-out images were chosen.
  ///   - trainingCount: The images trained on.
  public init(
    name: String, normalization: String, validationFraction: Double, split: String,
    trainingCount: Int
  ) {
    self.name = name
    self.normalization = normalization
    self.validationFraction = validationFraction
    self.split = split
    self.trainingCount = trainingCount
  }
}
