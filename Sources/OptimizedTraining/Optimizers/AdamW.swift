import TrainingCore

/// AdamW, Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2).
///
/// w ← w − ηλw, then Adam's step by the gradient of the loss alone.
struct AdamW: UpdateRule {
  private let adam: Adam
  private let decay: Float

  /// Computes the scalars of step t, from 1, for a weight decay λ that isn't 0.
  init(_ spec: AdamSpec, learningRate: Double, t: Int, factor: Float) {
    var withoutDecay = spec
    withoutDecay.weightDecay = 0
    adam = Adam(withoutDecay, learningRate: learningRate, t: t, factor: factor)
    decay = Float(-learningRate * spec.weightDecay)
  }

  @inline(__always)
  func step(_ lines: ParameterLines, at line: Int, gradientSum: Lanes) -> Lanes {
    let weight = lines.values[line]
    let decayed = weight.addingProduct(decay, weight)
    let stepped = adam.stepped(decayed, lines, at: line, gradientSum: gradientSum).flushed
    lines.values[line] = stepped
    return stepped
  }
}
