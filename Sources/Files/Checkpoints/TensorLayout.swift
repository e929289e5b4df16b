import Foundation
import TrainingCore

/// How tensors of the trainers lie in a file under PyTorch's conventions.
///
/// A dense weight is [I, O] here and [O, I] in the file; a convolution's is [KH, KW, I, O] here and
/// [O, I, KH, KW] there. A dense layer after an image takes its elements in the order H, W, C here
/// and in the order C, H, W there, as if it were a convolution with a kernel as large as the image:
/// [H·W·C, O] here, [O, C·H·W] there. Vectors are the same.
enum TensorLayout {
  /// A tensor's extents with all axes that the file may order in another way.
  private static func extents(_ spec: TensorSpec) -> [Int] {
    spec.flattened.map { [$0.height, $0.width, $0.channels] + spec.shape.dropFirst() } ?? spec.shape
  }

  /// The order in which the file has these extents.
  private static func fileAxes(rank: Int) -> [Int] {
    switch rank {
    case 2: [1, 0]
    case 4: [3, 2, 0, 1]
    default: Array(0..<rank)
    }
  }

  /// A tensor as the file has it.
  static func entry(_ tensor: Tensor, as spec: TensorSpec) -> Safetensors.Entry {
    let extents = extents(spec)
    let values = permuted(tensor.values, shape: extents, axes: fileAxes(rank: extents.count))
    return Safetensors.Entry(type: "F32", shape: fileShape(spec), bytes: littleEndian(values))
  }

  /// The shape that a tensor has in a file.
  static func fileShape(_ spec: TensorSpec) -> [Int] {
    fileAxes(rank: spec.shape.count).map { spec.shape[$0] }
  }

  /// A tensor from a file's entry, whose type and shape have been checked.
  static func tensor(_ entry: Safetensors.Entry, as spec: TensorSpec) -> Tensor {
    let extents = extents(spec)
    let axes = fileAxes(rank: extents.count)
    let inverse = axes.indices.map { axis in axes.firstIndex(of: axis) ?? axis }
    let values = permuted(floats(entry), shape: axes.map { extents[$0] }, axes: inverse)
    return Tensor(name: spec.name, shape: spec.shape, values: values)
  }

  /// The elements in the order of permuted axes: new axis k is old axis axes[k].
  private static func permuted(_ values: [Float], shape: [Int], axes: [Int]) -> [Float] {
    guard axes != Array(axes.indices), !values.isEmpty else { return values }
    var strides = Array(repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    let extents = axes.map { shape[$0] }
    let steps = axes.map { strides[$0] }
    var result: [Float] = []
    result.reserveCapacity(values.count)
    var index = Array(repeating: 0, count: axes.count)
    var offset = 0
    for _ in values.indices {
      result.append(values[offset])
      for axis in axes.indices.reversed() {
        index[axis] += 1
        offset += steps[axis]
        if index[axis] < extents[axis] { break }
        offset -= steps[axis] * extents[axis]
        index[axis] = 0
      }
    }
    return result
  }

  /// The bytes of numbers in a file.
  static func littleEndian(_ values: [Float]) -> Data {
    var data = Data(capacity: values.count * 4)
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    return data
  }

  /// The types of numbers, but for F32, that become F32.
  static let convertedTypes = ["F16", "BF16", "F64"]

  /// An entry's numbers: exactly, but for F64, which is rounded once, to nearest, ties to even.
  private static func floats(_ entry: Safetensors.Entry) -> [Float] {
    switch entry.type {
    case "F16": entry.elements(half)
    case "BF16": entry.elements { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case "F64": entry.elements { (bits: UInt64) in Float(Double(bitPattern: bits)) }
    default: entry.elements { (bits: UInt32) in Float(bitPattern: bits) }
    }
  }

  /// Whether all of an entry's numbers are single-precision ones.
  static func isExact(_ entry: Safetensors.Entry) -> Bool {
    entry.type != "F64"
      || entry.elements { (bits: UInt64) in Double(bitPattern: bits) }
        .allSatisfy { Double(Float($0)) == $0 }
  }

  /// A number in half precision (IEEE 754 binary16), which is also one in single precision.
  ///
  /// `Float16` would say the same, but not every platform has it.
  private static func half(_ bits: UInt16) -> Float {
    let (exponent, fraction) = (UInt32(bits >> 10 & 0x1F), UInt32(bits & 0x3FF))
    let magnitude =
      switch exponent {
      case 0: Float(fraction) * 0x1p-24
      case 0x1F: Float(bitPattern: 0xFF << 23 | fraction << 13)
      default: Float(bitPattern: (exponent + 127 - 15) << 23 | fraction << 13)
      }
    return bits >> 15 == 0 ? magnitude : -magnitude
  }
}
