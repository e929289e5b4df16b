/// Why a study can't be run on its data.
public enum StudyError: Error, Equatable, CustomStringConvertible {
  /// A batch that takes more images than there are.
  case batchLargerThanData(batchSize: Int, training: Int, test: Int)

  /// One line: what, where, what to do.
  public var description: String {
    switch self {
    case .batchLargerThanData(let batchSize, let training, let test):
      "batch size \(batchSize) is larger than the data (\(training) images to train on, \(test) to "
        + "test): use smaller batches or more images"
    }
  }
}
