/// Label smoothing and class weights: how much −log p of each class counts in a sample's loss.
///
/// With p = softmax(z), label t, C classes, smoothing ε (Szegedy et al. 2016, section 7) and class
/// weights w, the loss of a sample is (1 − ε) w_t (−log p_t) + ε/C Σₒ wₒ (−log pₒ). The mean over a
/// batch divides by Σₙ w_tₙ, as PyTorch's `CrossEntropyLoss` does: not by the number of samples.
public struct CrossEntropySpec: Codable, Hashable, Sendable {
  /// ε, from 0 to below 1.
  public var labelSmoothing: Double
  /// A weight for each class, above 0; none where all count the same.
  public var classWeights: [Double]

  /// Creates options; by default, none changes the loss.
  public init(labelSmoothing: Double = 0, classWeights: [Double] = []) {
    self.labelSmoothing = labelSmoothing
    self.classWeights = classWeights
  }

  /// Whether a loss of so many outputs can have the options.
  ///
  /// Weights are normal numbers of `Float`, and small enough that a sum of many is one.
  func isPossible(outputs: Int) -> Bool {
    (0..<1).contains(labelSmoothing) && (classWeights.isEmpty || classWeights.count == outputs)
      && classWeights.allSatisfy { (0x1p-40...0x1p40).contains($0) }
  }
}
