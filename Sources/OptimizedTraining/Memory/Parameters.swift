import CProcessor
import TrainingCore

/// The two tensors that a layer learns, each with what the optimizer keeps of it.
///
/// A dense layer's are W [I, O] and b [1, O]; a convolution's W [KH·KW·I, O] and b [1, O], or [1, 0]
/// where it has none; batch normalisation's are γ and β, [1, C] each.
struct Parameters {
  /// W of a dense layer or a convolution, γ of batch normalisation.
  let weight: LearnedTensor
  /// b of a dense layer or a convolution, β of batch normalisation.
  let bias: LearnedTensor

  /// Zeros of shapes [rows, columns] and [1, columns], with slots for the optimizer.
  init(rows: Int, columns: Int, biases: Int? = nil, slots: Int) {
    weight = LearnedTensor(rows: rows, columns: columns, slots: slots)
    bias = LearnedTensor(rows: 1, columns: biases ?? columns, slots: slots)
  }

  /// Zeros of a convolution's shapes, with slots for the optimizer.
  init(_ spec: ConvolutionSpec, slots: Int) {
    self.init(
      rows: spec.kernel.count * spec.inputsPerGroup, columns: spec.outputChannels,
      biases: spec.hasBias ? spec.outputChannels : 0, slots: slots)
  }

  /// The tensors, without the bias where a layer has none.
  var tensors: [LearnedTensor] { bias.values.columns > 0 ? [weight, bias] : [weight] }

  /// Allocates the gradients, unless they are there: before several threads need them.
  func reserveGradients() { _ = (weight.gradient, bias.gradient) }

  /// Allocates the partial sums, unless they are there: before several threads need them.
  func reservePartialSums() { _ = (weight.partialSums, bias.partialSums) }
}

/// A tensor that is learned: its values, the optimizer's slots, and its gradient, [rows, columns]
/// each.
final class LearnedTensor {
  let values: PanelMatrix
  /// The optimizer's first slot: momentum, Adam's first moment, RMSprop's mean square.
  let first: PanelMatrix?
  /// Its second slot: Adam's second moment, RMSprop's momentum.
  let second: PanelMatrix?
  /// The gradient of the summed loss since the last step.
  ///
  /// It is allocated when it is first asked for: training that steps as soon as a gradient is known
  /// never stores one.
  private(set) lazy var gradient = PanelMatrix(
    rows: values.rows, columns: values.columns, spreads: true)
  /// Sums so far of a gradient that isn't stored, between the parts of a long fold.
  private(set) lazy var partialSums = PanelMatrix(
    rows: values.rows, columns: values.columns, spreads: true)

  /// Makes a tensor of zeros, with as many slots as the optimizer keeps.
  init(rows: Int, columns: Int, slots: Int) {
    values = PanelMatrix(rows: rows, columns: columns, spreads: true)
    first = slots > 0 ? PanelMatrix(rows: rows, columns: columns, spreads: true) : nil
    second = slots > 1 ? PanelMatrix(rows: rows, columns: columns, spreads: true) : nil
  }

  /// Pointers to values and optimizer slots.
  var lines: ParameterLines {
    ParameterLines(
      values: values.lines, firstSlot: first?.lines, secondSlot: second?.lines,
      stride: values.stride)
  }
}

/// Pointers to a tensor's values and optimizer slots, [panels, rows, 16]: what an optimizer steps.
///
/// The same line of each belongs together. A gradient has no place here: a rule is handed its sum.
struct ParameterLines {
  let values: UnsafeMutablePointer<Lanes>
  fileprivate let firstSlot: UnsafeMutablePointer<Lanes>?
  fileprivate let secondSlot: UnsafeMutablePointer<Lanes>?
  /// Lines from one panel to the next.
  let stride: Int

  /// The first slot, of an optimizer that has one.
  @inline(__always) var first: UnsafeMutablePointer<Lanes> { firstSlot.unsafelyUnwrapped }
  /// The second slot, of an optimizer that has two.
  @inline(__always) var second: UnsafeMutablePointer<Lanes> { secondSlot.unsafelyUnwrapped }

  /// Asks for a line of each, before a step.
  @inline(__always)
  func prefetch(at line: Int) {
    processor_prefetch_for_writing(values + line)
    if let firstSlot { processor_prefetch_for_writing(firstSlot + line) }
    if let secondSlot { processor_prefetch_for_writing(secondSlot + line) }
  }
}
