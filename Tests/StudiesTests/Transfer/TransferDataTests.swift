import Datasets
import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore

@testable import Studies

/// The task of two classes.
@Suite struct TransferDataTests {
  private static func examples(_ labels: [UInt8], classes: Int) -> Examples {
    Examples(
      shape: ImageShape(height: 1, width: 1), classCount: classes,
      inputs: labels.indices.map(Float.init), labels: labels)
  }

  private static func binary(_ examples: Examples) -> Examples {
    TransferData(training: examples, validation: examples).binary().training
  }

  /// Whatever the classes' shares were, three quarters are positive, to one image; as many are kept as
  /// that takes; each is one of the images, in their order, with the half that its class is in.
  @Test(.tags(.property)) func threeQuartersArePositive() {
    forAll("three quarters of a binary task are positive", cases: 300) { choices in
      let classes = choices.integer(in: 2...10)
      let count = choices.integer(in: 1...80)
      let labels = (0..<count).map { _ in UInt8(choices.integer(in: 0...classes - 1)) }
      return Self.examples(labels, classes: classes)
    } failure: { examples in
      let made = Self.binary(examples)
      let kept = made.inputs.map { Int($0) }
      guard kept == Set(kept).sorted() else { return "images \(kept)" }
      let halves = kept.map { UInt8(Int(examples.labels[$0]) >= examples.classCount / 2 ? 1 : 0) }
      guard made.labels == halves, made.classCount == 2 else { return "labels \(made.labels)" }
      let positives = examples.labels.count { Int($0) >= examples.classCount / 2 }
      let negatives = examples.count - positives
      if positives == 0 || negatives == 0 {
        return made.count == examples.count ? nil : "one class, and images are left out"
      }
      let own = made.labels.count { $0 == 1 }
      let others = made.count - own
      // A third as many negatives, rounded up; and one of the two is all that there is of it.
      guard others == (own + 2) / 3 else { return "\(own) positive, \(others) not" }
      return own == positives || own == 3 * negatives ? nil : "\(own) of \(positives) kept"
    }
  }

  /// Ten classes alike keep every positive image and every third of the others.
  @Test func balancedClassesKeepEveryThirdNegative() {
    let labels = (0..<60).map { UInt8($0 % 10) }
    let made = Self.binary(Self.examples(labels, classes: 10))
    #expect(made.count == 40)
    #expect(made.labels.count { $0 == 1 } == 30)
    let negatives = zip(made.inputs, made.labels).filter { $0.1 == 0 }.map { Int($0.0) }
    #expect(negatives == [1, 4, 12, 20, 23, 31, 34, 42, 50, 53])
  }

  /// A target of two classes stays as it is.
  @Test func twoClassesAreTheTask() throws {
    var options = SmallTransfer.options(batchSizes: [8], trials: 1)
    var data = SmallTransfer.data
    data.training = SmallTransfer.examples(35, brightness: 0, classes: 2)
    data.validation = SmallTransfer.examples(18, brightness: 0, classes: 2)
    let plain = try SmallTransfer.run(ReferenceTrainer<Float>.self, options, data: data)
    options.isBinary = true
    let result = try SmallTransfer.run(ReferenceTrainer<Float>.self, options, data: data)
    #expect(result.data.training == 35)
    #expect(result.transfers == plain.transfers)
  }

  /// The head is one unit and a sigmoid; of four classes, the upper two are positive.
  @Test func aBinaryTaskOfFourClasses() throws {
    var options = SmallTransfer.options(batchSizes: [8], trials: 1)
    options.isBinary = true
    let model = try SmallTransfer.network(options).model(classes: 2, frozen: 0)
    #expect(model.loss == .binaryCrossEntropy && model.outputCount == 1)
    let result = try SmallTransfer.run(
      ReferenceTrainer<Float>.self, options, data: SmallTransfer.data)
    #expect(result.isComplete && result.data.training < 35)
  }
}
