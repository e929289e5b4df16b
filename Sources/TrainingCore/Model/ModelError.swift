/// Why a model can't be made.
public enum ModelError: Error, Equatable, CustomStringConvertible {
  /// A name that no model has.
  case unknownName(String)
  /// A layer that can't take what the layers before it give.
  case shapeMismatch(layer: LayerSpec, input: ImageShape)
  /// A layer with more weights, outputs or work than any model has.
  case tooLarge(layer: LayerSpec, input: ImageShape)
  /// An input with an extent below one or beyond all images.
  case impossibleInput(model: String, ImageShape)
  /// A model whose images differ from the data's.
  case wrongImages(model: String, expected: ImageShape, found: ImageShape, classes: Int)
  /// A model with fewer outputs than the data has classes.
  case wrongClasses(model: String, outputs: Int, classes: Int, images: ImageShape)
  /// A residual layer that reaches before the first layer, or to what has another shape.
  case wrongResidual(layer: LayerSpec, input: ImageShape)
  /// A loss that takes another number of outputs.
  case wrongLoss(model: String, LossSpec, outputs: Int)
  /// Label smoothing or class weights that a loss can't have.
  case wrongCrossEntropy(model: String, CrossEntropySpec, outputs: Int)
  /// More frozen layers than there are.
  case wrongFrozenLayers(model: String, Int, layers: Int)
  /// Names for another number of layers than there are.
  case wrongModuleNames(model: String, names: Int, layers: Int)
  /// Images that a network's strides make nothing of.
  case imagesTooSmall(model: String, smallest: Int, found: ImageShape)

  /// One line: what, where, what to do.
  public var description: String {
    switch self {
    case .unknownName(let name):
      "unknown model '\(name)': use \(ModelSpec.names.joined(separator: ", ")), or "
        + ModelSpec.spelling
    case .shapeMismatch(let layer, let input):
      "layer \(layer) can't take an input of \(input): make its size fit the layer before it"
    case .tooLarge(let layer, let input):
      "layer \(layer) is too large for an input of \(input): a layer has at most "
        + "\(LayerSpec.largestCost) multiplications per image"
    case .impossibleInput(let model, let input):
      "model \(model) takes images of \(input): each extent must be from 1 to 1048576, and "
        + "an image at most 1073741824 numbers"
    case .wrongImages(let model, let expected, let found, let classes):
      "model \(model) takes images of \(expected) but the data's are \(found): "
        + Self.advice(like: model, taking: found, classes: classes)
    case .wrongClasses(let model, let outputs, let classes, let images):
      "model \(model) has \(outputs) outputs but the data has \(classes) classes: "
        + Self.advice(like: model, taking: images, classes: classes)
    case .wrongResidual(let layer, let input):
      "layer \(layer) can't add to \(input) what entered the layer so many before it: reach back "
        + "to a layer with an input of the same shape"
    case .wrongLoss(let model, let loss, let outputs):
      "model \(model) has \(outputs) outputs, but \(loss) takes one: give its last layer one output"
    case .wrongCrossEntropy(let model, let spec, let outputs):
      "model \(model) with \(outputs) outputs can't have label smoothing \(spec.labelSmoothing) and "
        + "class weights \(spec.classWeights): smooth softmax cross-entropy from 0 to below 1, and "
        + "give each output a weight from 2⁻⁴⁰ to 2⁴⁰, or none"
    case .wrongFrozenLayers(let model, let count, let layers):
      "model \(model) has \(layers) layers, of which \(count) can't be frozen: freeze from 0 to "
        + "\(layers)"
    case .wrongModuleNames(let model, let names, let layers):
      "model \(model) has \(layers) layers but \(names) names for them: give each one, or none"
    case .imagesTooSmall(let model, let smallest, let found):
      "model \(model) halves an image until \(smallest)×\(smallest) is one position, and the images "
        + "are \(found): make them at least \(smallest)×\(smallest)"
    }
  }

  /// Names a model that takes what another one doesn't: a similar one, or else a perceptron.
  private static func advice(like model: String, taking images: ImageShape, classes: Int) -> String
  {
    let similar = [model, "mlp-1"].lazy
      .compactMap { ModelSpec.name(like: $0, taking: images, classes: classes) }.first
    return "use \(similar ?? "another model")"
  }
}
