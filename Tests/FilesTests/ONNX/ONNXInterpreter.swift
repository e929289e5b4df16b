import ReferenceTraining
import Testing

/// Computes a decoded graph in `Double`, operator by operator, as ONNX's documentation describes them.
struct ONNXInterpreter {
  /// An array of any rank.
  struct Values {
    var shape: [Int]
    var elements: [Double]

    /// One element of an image [N, C, H, W]; outside of the image it is `padding`.
    func at(_ n: Int, _ c: Int, _ h: Int, _ w: Int, padding: Double = 0) -> Double {
      guard (0..<shape[2]).contains(h), (0..<shape[3]).contains(w) else { return padding }
      return elements[((n * shape[1] + c) * shape[2] + h) * shape[3] + w]
    }

    func map(_ change: (Double) -> Double) -> Values {
      Values(shape: shape, elements: elements.map(change))
    }
  }

  let graph: DecodedONNX

  func run(_ input: Values) throws -> Values {
    var values = ["input": input]
    for (name, constant) in graph.constants where constant.type == 1 {
      values[name] = Values(shape: constant.shape, elements: constant.floats.map(Double.init))
    }
    for node in graph.nodes {
      let inputs = try node.inputs.filter { $0 != "axes" }.map { try #require(values[$0], "\($0)") }
      try #require(values[node.output] == nil, "\(node.output) twice")
      values[node.output] = try output(of: node, inputs)
    }
    return try #require(values["logits"])
  }

  private func output(of node: DecodedONNX.Node, _ inputs: [Values]) throws -> Values {
    let x = inputs[0]
    let n = x.shape[0]
    switch node.operation {
    case "Identity": return x
    case "Relu": return x.map { max($0, 0) }
    case "Clip": return x.map { min(max($0, inputs[1].elements[0]), inputs[2].elements[0]) }
    case "Tanh": return x.map { Double(ElementaryFunctions.tanh(Float($0))) }
    case "Flatten": return Values(shape: [n, x.elements.count / n], elements: x.elements)
    case "Unsqueeze":
      try #require(node.inputs.last == "axes")
      let axes = try #require(graph.constants["axes"])
      try #require(axes.type == 7 && axes.shape == [2])
      try #require(Array(axes.bytes) == [2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0])
      return Values(shape: x.shape + [1, 1], elements: x.elements)
    case "Add":
      try #require(inputs[1].shape == x.shape)
      return Values(shape: x.shape, elements: zip(x.elements, inputs[1].elements).map(+))
    case "Gemm":
      try #require(node.integers == ["transB": [1]] && x.shape.count == 2)
      let (weight, bias) = (inputs[1], inputs[2].elements)
      let (outputs, count) = (weight.shape[0], weight.shape[1])
      try #require(x.shape[1] == count && bias.count == outputs)
      return filled([n, outputs]) { index in
        (0..<count).reduce(bias[index[1]]) {
          $0 + x.elements[index[0] * count + $1] * weight.elements[index[1] * count + $1]
        }
      }
    case "BatchNormalization":
      let (scale, shift) = (inputs[1].elements, inputs[2].elements)
      let (mean, variance) = (inputs[3].elements, inputs[4].elements)
      let epsilon = Double(try #require(node.numbers["epsilon"]))
      let positions = x.shape.dropFirst(2).reduce(1, *)
      try #require([scale, shift, mean, variance].allSatisfy { $0.count == x.shape[1] })
      return Values(
        shape: x.shape,
        elements: x.elements.enumerated().map { index, element in
          let c = index / positions % x.shape[1]
          return (element - mean[c]) / (variance[c] + epsilon).squareRoot() * scale[c] + shift[c]
        })
    case "GlobalAveragePool":
      let positions = x.shape[2] * x.shape[3]
      return filled([n, x.shape[1], 1, 1]) { index in
        let first = (index[0] * x.shape[1] + index[1]) * positions
        return x.elements[first..<first + positions].reduce(0, +) / Double(positions)
      }
    case "AveragePool", "MaxPool":
      let places = try places(of: node)
      let isMean = node.operation == "AveragePool"
      return filled([n, x.shape[1]] + (try extents(of: node, x))) { index in
        let window = places(index).map { x.at(index[0], index[1], $0.h, $0.w) }
        return isMean ? window.reduce(0, +) / Double(window.count) : window.max() ?? .nan
      }
    case "Conv":
      let weight = inputs[1]
      let (outputs, count) = (weight.shape[0], weight.shape[1])
      let groups = try #require(node.integers["group"])[0]
      try #require(
        x.shape[1] == count * groups && node.integers["kernel_shape"] == Array(weight.shape[2...]))
      let places = try places(of: node)
      return filled([n, outputs] + (try extents(of: node, x))) { index in
        let first = index[1] / (outputs / groups) * count
        var sum = inputs.count > 2 ? inputs[2].elements[index[1]] : 0
        for i in 0..<count {
          for place in places(index) {
            sum +=
              x.at(index[0], first + i, place.h, place.w)
              * weight.at(index[1], i, place.kernel.h, place.kernel.w)
          }
        }
        return sum
      }
    default:
      Issue.record("\(node.operation) isn't known")
      return x
    }
  }

  private func filled(_ shape: [Int], _ element: ([Int]) -> Double) -> Values {
    Values(
      shape: shape,
      elements: (0..<shape.reduce(1, *)).map { place in
        var rest = place
        var index = shape
        for axis in shape.indices.reversed() {
          index[axis] = rest % shape[axis]
          rest /= shape[axis]
        }
        return element(index)
      })
  }

  /// Rows and columns that leave a sliding window.
  private func extents(of node: DecodedONNX.Node, _ x: Values) throws -> [Int] {
    let kernel = try #require(node.integers["kernel_shape"])
    let strides = try #require(node.integers["strides"])
    let pads = node.integers["pads"] ?? [0, 0, 0, 0]
    return (0..<2).map {
      (x.shape[2 + $0] + pads[$0] + pads[2 + $0] - kernel[$0]) / strides[$0] + 1
    }
  }

  private typealias Place = (h: Int, w: Int, kernel: (h: Int, w: Int))

  /// The places of the window of an output [n, c, row, column], and those of the kernel.
  private func places(of node: DecodedONNX.Node) throws -> ([Int]) -> [Place] {
    let kernel = try #require(node.integers["kernel_shape"])
    let strides = try #require(node.integers["strides"])
    let pads = node.integers["pads"] ?? [0, 0, 0, 0]
    return { index in
      (0..<kernel[0] * kernel[1]).map { tap in
        let (h, w) = (tap / kernel[1], tap % kernel[1])
        return (index[2] * strides[0] + h - pads[0], index[3] * strides[1] + w - pads[1], (h, w))
      }
    }
  }
}
