import Datasets
import ReferenceTraining
import Testing
import TrainingCore

@testable import Studies

extension TransferStudyTests {
  @Test func `images of one class are refused`() {
    for part in [\TransferData.training, \.validation] {
      var data = SmallTransfer.data
      let all = data[keyPath: part]
      data[keyPath: part] = all.selecting(all.labels.indices.filter { all.labels[$0] == 2 })
      let count = data[keyPath: part].count
      #expect(throws: StudyError.oneClass(images: count)) { try SmallTransfer.study(data: data) }
    }
    var source = SmallTransfer.data
    source.source?.training = SmallTransfer.examples(48, brightness: 0).selecting([0, 7])
    #expect(throws: StudyError.oneClass(images: 2)) { try SmallTransfer.study(data: source) }
    var options = SmallTransfer.options()
    options.isBinary = true
    var high = SmallTransfer.data
    high.training = high.training.selecting(
      high.training.labels.indices.filter { high.training.labels[$0] >= 2 })
    let count = high.training.count
    #expect(throws: StudyError.oneClass(images: count)) {
      try SmallTransfer.study(options, data: high)
    }
    #expect("\(StudyError.oneClass(images: 3))".hasPrefix("all images (3) are of one class: "))
  }

  @Test func aBatchLargerThanTheData() throws {
    #expect(throws: RunError.noBatch(samples: 35, batchSize: 36)) {
      try SmallTransfer.study(SmallTransfer.options(batchSizes: [4, 36]))
    }
    _ = try SmallTransfer.study(SmallTransfer.options(batchSizes: [4, 35]))
  }

  @Test func aBatchOfOneHasNoVariance() {
    #expect(throws: RunError.groupOfOne(samples: 35, batchSize: 1, groupSize: nil)) {
      try SmallTransfer.study(SmallTransfer.options(batchSizes: [1, 4]))
    }
  }

  @Test(arguments: [
    ("lenet", "model lenet has no batch normalisation, and so no moving averages to study"),
    ("mobilenet-v2-tiny", "model mobilenet-v2-tiny ends with classes of its own"),
    ("mlp:64-8-4+batchnorm", "model mlp:64-8-4+batchnorm ends with classes of its own"),
    ("mobilenet-v3", "unknown model 'mobilenet-v3'"),
    (
      "mobilenet-v2+input16",
      "model mobilenet-v2+input16 halves an image until 32×32 is one position, and the images are "
        + "16×16×3: make them at least 32×32"
    ),
    (
      "mobilenet-v2-tiny+input7+notop",
      "halves an image until 8×8 is one position, and the images are 7×7"
    ),
  ])
  func `a model that is no base is refused`(base: String, problem: String) {
    var options = SmallTransfer.options()
    options.base = base
    #expect {
      try SmallTransfer.study(options)
    } throws: { "\($0)".contains(problem) }
  }

  @Test func `grey images become coloured ones, but coloured ones don't become grey`() throws {
    var options = SmallTransfer.options()
    options.base = "mobilenet-v2-tiny+width0.1+input8+channels3+notop"
    _ = try SmallTransfer.study(options)
    var data = SmallTransfer.data
    let coloured = data.training.repeatingChannels(3)
    data.training = coloured
    #expect(
      throws: ModelError.wrongImages(
        model: SmallTransfer.base, expected: ImageShape(height: 8, width: 8),
        found: coloured.shape, classes: coloured.classCount)
    ) { try SmallTransfer.study(data: data) }
    data = SmallTransfer.data
    data.source?.test = SmallTransfer.examples(12, brightness: 0).repeatingChannels(3)
    #expect(throws: ModelError.self) { try SmallTransfer.study(data: data) }
  }

  @Test func withoutSourceAndWeightsThereIsNoBase() {
    var data = SmallTransfer.data
    data.source = nil
    #expect(throws: StudyError.noSource) { try SmallTransfer.study(data: data) }
    #expect("\(StudyError.noSource)".contains("name one"))
  }

  @Test func aLossThatIsNoNumberIsSaid() {
    var options = SmallTransfer.options(batchSizes: [8], trials: 1)
    options.second.learningRate = .infinity
    #expect(
      throws: StudyError.lossNotANumber(training: "batch 8, trial 1", epoch: 3)
    ) { try SmallTransfer.run(ReferenceTrainer<Float>.self, options) }
    options.pretraining?.learningRate = .infinity
    #expect(throws: StudyError.lossNotANumber(training: "pretraining", epoch: 1)) {
      try SmallTransfer.run(ReferenceTrainer<Float>.self, options)
    }
  }
}
