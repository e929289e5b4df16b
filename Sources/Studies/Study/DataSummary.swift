import Reporting
import TrainingCore

/// The images of a study in numbers.
package struct DataSummary: Codable, Hashable, Sendable {
  package var name: String
  /// What a base is pretrained on, or the file that its weights are from; nil without a base.
  package var source: String?
  /// How pixels were normalised.
  package var normalization: String
  package var training: Int
  package var validation: Int
  package var test: Int
  /// A hash of everything that a training gets to see: equal digests, equal images.
  package var digest: String

  /// Counts and hashes images; `others` are digests of other images and weights that trainings
  /// depend on.
  package init(
    name: String, normalization: String, training: Examples, validation: Examples,
    test: Examples?, others: [Fingerprint] = []
  ) {
    (self.name, self.normalization) = (name, normalization)
    self.training = training.count
    self.validation = validation.count
    self.test = test?.count ?? 0
    var hash = Fingerprint()
    for examples in [training, validation, test].compactMap({ $0 }) {
      hash.mix(Fingerprint(of: examples).description.utf8)
    }
    for other in others { hash.mix(other.description.utf8) }
    digest = hash.description
  }
}

extension DataSummary {
  /// What a page's foot says of the images.
  var facts: [HTMLReport.Fact] {
    [
      .init("Data", "\(name), normalised \(normalization)"),
      .init("Images", "\(training) to train on, \(validation) held out, \(test) to test"),
    ]
  }
}

extension StudyData {
  /// The images as each of the models takes them.
  func fitting(
    modelsNamed names: [String]
  ) throws -> [String: (spec: ModelSpec, data: StudyData)] {
    try names.reduce(into: [:]) { fitting, name in
      let spec = try ModelSpec(named: name)
      fitting[name] = (spec, try self.fitting(spec))
    }
  }
}
