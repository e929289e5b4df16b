/// The examples of a training: to train on, to validate with, and to test with.
public struct StudyData: Sendable {
  /// Examples to train on.
  public var training: Examples
  /// Examples held out.
  public var validation: Examples
  /// Examples to test on.
  public var test: Examples

  package init(training: Examples, validation: Examples, test: Examples) {
    self.training = training
    self.validation = validation
    self.test = test
  }

  /// The same examples as a model takes them, cropped where the model does that.
  public func fitting(_ model: ModelSpec) throws(ModelError) -> StudyData {
    StudyData(
      training: try model.fitting(training), validation: try model.fitting(validation),
      test: try model.fitting(test))
  }
}
