/// Why a study can't be run on its data.
package enum StudyError: Error, Equatable, CustomStringConvertible {
  case batchLargerThanData(batchSize: Int, training: Int)
  case candidateDoesNotDivide(candidate: Int, baseBatchSize: Int)
  /// No candidates, or one of them twice.
  case candidatesNotDistinct([Int])
  case noBaseBatch(baseBatchSize: Int, training: Int)
  case baseWithoutNormalization(String)
  case baseWithTop(String)
  case oneClass(images: Int)
  case nothingHeldOut
  case noSource
  /// A record that a job uses without needing it, or whose tensors are gone.
  case recordMissing(String)
  /// A file that isn't the record that its name says.
  case damagedRecord(path: String)
  /// A job with two records that differ.
  case recordsDiffer(String)
  case lossNotANumber(training: String, epoch: Int)

  /// One line: what, where, what to do.
  package var description: String {
    switch self {
    case .batchLargerThanData(let batchSize, let training):
      "batch size \(batchSize) is larger than the data (\(training) images to train on): use smaller "
        + "batches or more images"
    case .candidateDoesNotDivide(let candidate, let baseBatchSize):
      "a batch of \(baseBatchSize) can't be cut into parts of \(candidate): use divisors of "
        + "\(baseBatchSize) as candidates"
    case .candidatesNotDistinct(let candidates):
      candidates.isEmpty
        ? "there is no candidate to choose from: name at least one batch size"
        : "the candidates \(candidates.map(String.init).joined(separator: ", ")) name a batch size "
          + "twice: keep one"
    case .noBaseBatch(let baseBatchSize, let training):
      "\(training) training images don't fill one base batch of \(baseBatchSize): use more images "
        + "or a smaller base batch"
    case .baseWithoutNormalization(let name):
      "model \(name) has no batch normalisation, and so no moving averages to study: use "
        + "mobilenet-v2-tiny+notop or mobilenet-v2+notop"
    case .baseWithTop(let name):
      "model \(name) ends with classes of its own: a base is a model that ends with a map, such as "
        + "mobilenet-v2-tiny+notop"
    case .oneClass(let images):
      "all images (\(images)) are of one class: there is nothing to tell apart; use images of two "
        + "classes or more"
    case .nothingHeldOut:
      "no images are held out, by which the best training is chosen: use a --validation-fraction "
        + "above 0"
    case .noSource:
      "there is neither a source to pretrain on nor a file of weights: name one"
    case .recordMissing(let job):
      "\(job): its record isn't there: run the study again with --resume"
    case .damagedRecord(let path):
      "\(path): this isn't the record of that name: remove it, and run the study again with --resume"
    case .recordsDiffer(let job):
      "\(job): the folders have records of it that differ: they are from different versions of "
        + "this program, or one of them is damaged; run the study again into a new folder"
    case .lossNotANumber(let training, let epoch):
      "\(training): the loss of epoch \(epoch) is not a number: use a smaller learning rate"
    }
  }
}
