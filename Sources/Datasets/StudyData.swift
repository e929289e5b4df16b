import TrainingCore

/// The images of a study, normalised and split.
public struct StudyData: Sendable {
  /// Images to train on.
  public var training: Examples
  /// Images held out.
  public var validation: Examples
  /// Images to test on.
  public var test: Examples

  /// Gathers the images.
  ///
  /// - Parameters:
  ///   - training: Images to train on.
  ///   - validation: Images held out.
  ///   - test: Images to test on.
  public init(training: Examples, validation: Examples, test: Examples) {
    self.training = training
    self.validation = validation
    self.test = test
  }

  /// The images as a model takes them.
  ///
  /// - Parameter model: The model.
  /// - Returns: The same images, cut where the model does that.
  /// - Throws: `ModelError` if they don't fit.
  public func fitting(_ model: ModelSpec) throws(ModelError) -> StudyData {
    StudyData(
      training: try model.fitting(training), validation: try model.fitting(validation),
      test: try model.fitting(test))
  }
}
