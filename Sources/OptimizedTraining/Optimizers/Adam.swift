import TrainingCore

/// Adam (Kingma & Ba 2015, algorithm 1, in the order of section 2's last paragraph).
///
/// m ← m + (1 − β₁)(g − m), v ← β₂v + (1 − β₂)g², w ← w − η/(1 − β₁ᵗ) · m/(√v/√(1 − β₂ᵗ) + ε).
struct Adam: UpdateRule {
  private let gradient: MeanGradient
  private let descent: Float
  private let rootScale: Float
  private let epsilon: Float
  private let newInFirst: Float
  private let newInSecond: Float
  private let beta2: Float
  private let rest: Rest

  /// Computes the scalars of step t, from 1.
  init(_ spec: AdamSpec, learningRate: Double, t: Int, factor: Float) {
    let corrections = spec.corrections(step: t, learningRate: learningRate)
    gradient = MeanGradient(factor: factor, weightDecay: Float(spec.weightDecay))
    descent = Float(-corrections.stepSize)
    rootScale = Float(corrections.rootScale)
    epsilon = Float(spec.epsilon)
    newInFirst = Float(1 - spec.beta1)
    newInSecond = Float(1 - spec.beta2)
    beta2 = Float(spec.beta2)
    rest = Rest(newInFirst: newInFirst, descent: descent, epsilon: epsilon)
  }

  @inline(__always)
  func step(_ lines: ParameterLines, at line: Int, gradientSum: Lanes) -> Lanes {
    let weight = lines.values[line]
    let first = lines.first[line]
    let g = gradient(sum: gradientSum, weight: weight)
    let resting = rest.mask(first: first, gradient: g, weight: weight)
    let moving = ElementaryFunctions.number(ElementaryFunctions.bits(first) & ~resting)
    let m = moving.addingProduct(newInFirst, g - moving)
    let v = (lines.second[line] * beta2).addingProduct(g * newInSecond, g)
    lines.first[line] = ElementaryFunctions.number(
      ElementaryFunctions.bits(m) | ElementaryFunctions.bits(first) & resting)
    lines.second[line] = v
    let denominator = Lanes(repeating: epsilon).addingProduct(rootScale, v.squareRoot())
    let stepped = weight.addingProduct(descent, m / denominator)
    lines.values[line] = stepped
    return stepped
  }
}

extension Adam {
  /// First moments that no longer change, and would be slow to compute with.
  ///
  /// The first moments of a unit that is never active again shrink to a few times the smallest
  /// number there is, k · 2⁻¹⁴⁹, and stay there: (1 − β₁) k below one half is rounded away. They move
  /// no weight that isn't tiny itself, but processors compute with such numbers at a fraction of
  /// their speed. After some hundred steps with one sample each, half of all units of a perceptron
  /// may be in that state. Here these moments are set aside and computed with as zeros, which gives
  /// the same bits.
  private struct Rest {
    /// The largest k for which m stays: (1 − β₁) k < ½.
    private let largest: Int32
    /// The smallest weight that m surely doesn't move, as its bit pattern.
    private let leastWeight: Int32

    /// Works out which moments rest, and which weights they surely leave alone.
    ///
    /// m/(√v/… + ε) is at most k · 2⁻¹⁴⁹/ε, so what is added to w is at most η/(1 − β₁ᵗ) times that.
    /// Less than a quarter of a unit in w's last place, |w| 2⁻²⁶ or more, is rounded away. The bound
    /// is doubled, for it is rounded itself.
    init(newInFirst: Float, descent: Float, epsilon: Float) {
      largest = Int32(max(min((0.5 / Double(newInFirst)).rounded(.up) - 1, 0x1p20), 0))
      let change = Double(descent.magnitude) * Double(largest) * 0x1p-149 / Double(epsilon)
      let least = max(Float(change * 0x1p27), .leastNormalMagnitude)
      leastWeight = Int32(bitPattern: least.bitPattern)
    }

    /// All bits of a lane where it rests, and none elsewhere.
    ///
    /// In integers, for comparing such numbers as numbers is slow too. Each of the three is negative
    /// where its condition holds: 0 < k ≤ largest, g = 0, and |w| > least.
    @inline(__always)
    func mask(first: Lanes, gradient: Lanes, weight: Lanes) -> ElementaryFunctions.Integers {
      let sign = Int32.max
      let kLess1 = (ElementaryFunctions.bits(first) & sign) &- 1
      let isSmall = (kLess1 &- largest) & ~kLess1
      let isStill = (ElementaryFunctions.bits(gradient) & sign) &- 1
      let isHeavy = leastWeight &- (ElementaryFunctions.bits(weight) & sign)
      return (isSmall & isStill & isHeavy) &>> 31
    }
  }
}
