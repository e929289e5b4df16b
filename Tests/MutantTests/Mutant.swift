/// A change of one place in the reference trainer that makes its gradient or its step wrong.
struct Mutant: Sendable {
  /// The file in `Sources/ReferenceTraining`.
  let file: String
  /// What is wrong, in one line.
  let description: String
  /// The text that is replaced, which the file has once.
  let original: String
  /// The text that replaces it.
  let replacement: String

  /// All mutants; none is equivalent to the original.
  static let all =
    dense + denseInput + activations + dropout + softmaxCrossEntropy + batchNorm
    + batchNormRecords + passes + steps + convolution + convolutionInput + pools + relu6 + residual
    + movingBatchNorm + binaryCrossEntropy

  /// The text of the file with the change.
  ///
  /// - Parameter source: The text of the file.
  /// - Returns: The changed text, or nil where the original text isn't there exactly once.
  func applied(to source: String) -> String? {
    let pieces = source.components(separatedBy: original)
    return pieces.count == 2 ? pieces.joined(separator: replacement) : nil
  }
}

extension String {
  /// The pieces between the places where a text occurs.
  fileprivate func components(separatedBy separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
