import Reporting
import TrainingCore

/// The images of a study in numbers.
package struct DataSummary: Codable, Hashable, Sendable {
  /// The data set's name.
  package var name: String
  /// What a base is pretrained on, or the file that its weights are from; nil without a base.
  package var source: String?
  /// How pixels were normalised.
  package var normalization: String
  /// Images trained on.
  package var training: Int
  /// Images held out.
  package var validation: Int
  /// Images tested on.
  package var test: Int
  /// A hash of everything that a training gets to see: equal digests, equal images.
  package var digest: String

  /// Counts and hashes images.
  ///
  /// - Parameters:
  ///   - name: The data set's name.
  ///   - normalization: How pixels were normalised.
  ///   - training: Images trained on.
  ///   - validation: Images held out.
  ///   - test: Images tested on.
  ///   - others: Other images and weights that trainings depend on, as digests.
  package init(
    name: String, normalization: String, training: Examples, validation: Examples,
    test: Examples?, others: [Fingerprint] = []
  ) {
    self.name = name
    self.normalization = normalization
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
    var fitting: [String: (spec: ModelSpec, data: StudyData)] = [:]
    for name in names {
      let spec = try ModelSpec(named: name)
      fitting[name] = (spec, try self.fitting(spec))
    }
    return fitting
  }
}
