import PropertyTesting
import Testing
import TrainingCore

/// Whole runs over every layer, in the usual orders and in others.
@Suite struct LayerEquivalenceTests {
  static let usual = [
    "11 dense19 relu dense4", "11 dense19 tanh dense17 tanh dense4",
    "11 dense19 gelu dense17 gelu dense4", "11 dense19 relu dense4 smooth0.1",
    "11 dense19 relu dense4 weighted", "11 dense19 layernorm relu dense4",
    "11 dense40 groupnorm5 gelu dense48 groupnorm2 relu dropout0.25 dense4",
    "11 layernorm dense19 dense4 layernorm", "12 groupnorm3 relu groupnorm6 dense4",
    "11 dense19 batchnorm layernorm gelu dense4 frozen1",
    "11 dense19 batchnorm relu dense37 smooth0.2 weighted",
    "11 dense19 relu dropout0.25 dense18 relu dropout0.5 dense4",
    "11 dense19 batchnorm relu dense33 batchnorm relu dense4",
    "11 dense19 ghost4 tanh dense4", "11 dense19 kerasnorm relu dropout0.25 dense4",
  ]

  static let unusual = [
    "11 dense4", "11 dense20 dense4", "11 dense19 relu dense4 relu", "11 dense19 dense4 tanh",
    "11 dense19 dense4 dropout0.5", "11 dropout0.3 dense19 relu dense4", "11 relu dense4",
    "11 tanh tanh dense19 dense4", "11 dropout0.3 tanh relu dense4",
    "11 dense19 relu tanh dense4", "11 dense19 tanh relu dense4",
    "11 gelu gelu dense19 dense4", "11 dense19 gelu relu dense4", "11 dense19 tanh gelu dense4",
    "11 dense19 gelu dropout0.5 gelu tanh dense4", "11 dense19 batchnorm gelu dense4 gelu",
    "11 dense19 relu relu dropout0.5 tanh dense4", "11 dense19 dropout0.5 relu dense4",
    "11 dense19 dropout0.5 dropout0.1 tanh dropout0.2 dense4", "11 dense19 dropout0 dense4",
    "11 batchnorm dense4", "11 batchnorm batchnorm relu dense19 dense4", "11 ghost4",
    "11 tanh batchnorm dense19 relu dense4", "11 dropout0.2 batchnorm dense19 dense4",
    "11 dense19 relu dropout0.5 batchnorm dense4", "11 dense19 dropout0.5 ghost8 dropout0.2 dense4",
    "11 dense19 batchnorm batchnorm tanh dense4", "11 dense19 dense4 batchnorm",
    "11 dense19 dense4 ghost4 relu", "11 dense19 batchnorm dropout0.5",
  ]

  /// 44 samples in batches of 16, the last with 12, and its ghost groups with the rest.
  @Test(arguments: usual + unusual)
  func `a run over any layers has the bits of the reference`(_ words: String) throws {
    for threads in [1, 3] {
      let optimizer = OptimizerSpec.sgd(SGDSpec(momentum: 0.9))
      let run = try runTwins(
        RunConfiguration(words: words, optimizer), samples: 44, threads: threads)
      #expect(run.trainer.steps == 6)
    }
  }

  @Test(arguments: ["11 relu", "11 tanh dropout0.5", "11"])
  func `a model that learns nothing runs too`(_ words: String) throws {
    try runTwins(RunConfiguration(words: words), samples: 20)
  }

  /// The moving variance over groups of two, whose divisor N − 1 is 1, and of other sizes.
  @Test(arguments: [2, 3, 5, 16, 17, 100])
  func `ghost groups of any size have the bits of the reference`(_ size: Int) throws {
    try runTwins(
      RunConfiguration(words: "9 dense33 ghost\(size) relu dense3", batchSize: 20), samples: 60)
  }

  /// A dropout mask is drawn by epoch, sample, layer and unit: more than 64 units take several
  /// draws, and 68 end in the middle of one.
  @Test(arguments: [63, 64, 65, 68, 130], [1, 3])
  func `dropout of any width has the bits of the reference`(_ width: Int, _ threads: Int) throws {
    try runTwins(
      RunConfiguration(words: "5 dense\(width) dropout0.4 dense\(width) dropout0.6 dense3"),
      samples: 24, threads: threads)
  }
}
