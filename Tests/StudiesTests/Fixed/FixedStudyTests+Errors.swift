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
    #expect(throws: StudyError.batchLargerThanData(batchSize: 21, training: 60, test: 20)) {
      try make(SmallStudy.options(batchSizes: [1, 21]))
    }
    var few = SmallStudy.data
    few.training = SmallStudy.examples(15)
    #expect(throws: StudyError.batchLargerThanData(batchSize: 16, training: 15, test: 20)) {
      try make(SmallStudy.options(batchSizes: [16]), few)
    }
    _ = try make(SmallStudy.options(batchSizes: [20]))
  }

  @Test func aModelThatDoesNotFit() {
    #expect(throws: ModelError.unknownName("mlp-9")) {
      try make(SmallStudy.options(models: ["mlp-9"]))
    }
    #expect(
      throws: ModelError.wrongImages(
        model: "mlp:5-3", expected: ImageShape(height: 1, width: 1, channels: 5),
        found: ImageShape(height: 2, width: 2))
    ) {
      try make(SmallStudy.options(models: [SmallStudy.model, "mlp:5-3"]))
    }
    #expect(throws: ModelError.wrongClasses(model: "mlp:4-2", outputs: 2, classes: 3)) {
      try make(SmallStudy.options(models: ["mlp:4-2"]))
    }
  }

  @Test func batchNormalisationOverOneImage() {
    #expect(throws: RunError.groupOfOne(samples: 60, batchSize: 1, groupSize: nil)) {
      try make(SmallStudy.options(models: ["mlp:4-8-3+batchnorm"]))
    }
  }

  @Test func errorsAreOneLineThatSaysWhatToDo() {
    let error = StudyError.batchLargerThanData(batchSize: 21, training: 60, test: 20)
    #expect(
      error.description
        == "batch size 21 is larger than the data (60 images to train on, 20 to test): use smaller "
        + "batches or more images")
  }
}
