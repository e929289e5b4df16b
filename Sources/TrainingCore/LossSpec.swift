/// What a model's outputs, its logits z, are compared with the labels by.
public enum LossSpec: String, Codable, Hashable, Sendable {
  /// Softmax and cross-entropy: log Σₒ exp(zₒ) − z_t for label t, with an output for each class.
  case softmaxCrossEntropy
  /// Sigmoid and binary cross-entropy: log(1 + exp(z)) − t z for label t, 0 or 1, with one output.
  case binaryCrossEntropy
}
