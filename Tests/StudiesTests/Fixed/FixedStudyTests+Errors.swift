import ReferenceTraining
import Synchronization
import Testing
import TrainingCore

@testable import Studies

extension FixedStudyTests {
  private func make(
    _ options: FixedStudy.Options, _ data: StudyData = SmallStudy.data
  ) throws -> FixedStudy {
    try SmallStudy.study(options, data: data)
  }

  @Test func aBatchLargerThanTheData() throws {
    #expect(throws: StudyError.batchLargerThanData(batchSize: 61, training: 60)) {
      try make(SmallStudy.options(batchSizes: [1, 61]))
    }
    var few = SmallStudy.data
    few.training = SmallStudy.examples(15)
    #expect(throws: StudyError.batchLargerThanData(batchSize: 16, training: 15)) {
      try make(SmallStudy.options(batchSizes: [16]), few)
    }
    // Latency is measured with test images, 20 here, which repeat in a larger batch.
    _ = try make(SmallStudy.options(batchSizes: [60]))
  }

  @Test func aModelThatDoesNotFit() {
    #expect(throws: ModelError.unknownName("mlp-9")) {
      try make(SmallStudy.options(models: ["mlp-9"]))
    }
    #expect(
      throws: ModelError.wrongImages(
        model: "mlp:5-3", expected: ImageShape(height: 1, width: 1, channels: 5),
        found: ImageShape(height: 2, width: 2), classes: 3)
    ) {
      try make(SmallStudy.options(models: [SmallStudy.model, "mlp:5-3"]))
    }
    #expect(
      throws: ModelError.wrongClasses(
        model: "mlp:4-2", outputs: 2, classes: 3, images: ImageShape(height: 2, width: 2))
    ) {
      try make(SmallStudy.options(models: ["mlp:4-2"]))
    }
  }

  @Test func batchNormalisationOverOneImage() {
    #expect(throws: RunError.groupOfOne(samples: 60, batchSize: 1, groupSize: nil)) {
      try make(SmallStudy.options(models: ["mlp:4-8-3+batchnorm"]))
    }
  }

  @Test func errorsAreOneLineThatSaysWhatToDo() {
    let error = StudyError.batchLargerThanData(batchSize: 61, training: 60)
    #expect(
      error.description
        == "batch size 61 is larger than the data (60 images to train on): use smaller batches or "
        + "more images")
  }
}
