import Foundation
import Testing
@testable import Files
@testable import TrainingCore

@Suite struct TensorLayoutTests {
  private static func floats(_ data: Data) -> [Float] {
    stride(from: 0, to: data.count, by: 4).map { start in
      Float(
        bitPattern: data.dropFirst(start).prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
  }

  private static func counted(_ spec: TensorSpec) -> Tensor {
    Tensor(name: spec.name, shape: spec.shape, values: (0..<spec.count).map { Float($0) })
  }

  /// PyTorch's index of every element, spelled out, for each tensor of models with all layers that
  /// no image is flattened for.
  @Test(arguments: ["lenet", "mlp:6-5-3+batchnorm", "mobilenet-v2-tiny"])
  func elementsLieWherePyTorchHasThem(_ name: String) throws {
    let layout = ParameterLayout(of: try ModelSpec(named: name))
    for spec in layout.parameters + layout.statistics where spec.flattened == nil {
      let tensor = Self.counted(spec)
      let entry = TensorLayout.entry(tensor, as: spec)
      let file = Self.floats(entry.bytes)
      #expect(entry.type == "F32" && file.count == spec.count)
      #expect(entry.shape == TensorLayout.fileShape(spec))
      switch spec.shape.count {
      case 1:
        #expect(entry.shape == spec.shape && file == tensor.values)
      case 2:
        let (inputs, outputs) = (spec.shape[0], spec.shape[1])
        #expect(entry.shape == [outputs, inputs])
        for o in 0..<outputs {
          for i in 0..<inputs { #expect(file[o * inputs + i] == Float(i * outputs + o)) }
        }
      default:
        let (kernel, inputs, outputs) = (spec.shape[0], spec.shape[2], spec.shape[3])
        #expect(entry.shape == [outputs, inputs, kernel, kernel])
        for o in 0..<outputs {
          for i in 0..<inputs {
            for row in 0..<kernel {
              for column in 0..<kernel {
                let there = ((o * inputs + i) * kernel + row) * kernel + column
                let here = ((row * kernel + column) * inputs + i) * outputs + o
                #expect(file[there] == Float(here))
              }
            }
          }
        }
      }
      #expect(TensorLayout.tensor(entry, as: spec) == tensor)
    }
  }

  /// PyTorch flattens an image channel by channel, and the trainers pixel by pixel; height and width
  /// differ here, and so do all other extents.
  @Test func flattenedImagesLieWherePyTorchHasThem() throws {
    let model = try ModelSpec(
      name: "flattening", input: ImageShape(height: 6, width: 5, channels: 2),
      layers: [
        .convolution(ConvolutionSpec(inputChannels: 2, outputChannels: 7, kernel: 3)),
        .dense(inputs: 4 * 3 * 7, outputs: 6), .relu, .dense(inputs: 6, outputs: 2),
      ])
    let specs = ParameterLayout(of: model).parameters
    #expect(specs.map { $0.flattened != nil } == [false, false, true, false, false, false])
    let entry = TensorLayout.entry(Self.counted(specs[2]), as: specs[2])
    let file = Self.floats(entry.bytes)
    #expect(entry.shape == [6, 84] && TensorLayout.fileShape(specs[2]) == [6, 84])
    for o in 0..<6 {
      for channel in 0..<7 {
        for row in 0..<4 {
          for column in 0..<3 {
            let there = ((o * 7 + channel) * 4 + row) * 3 + column
            let here = ((row * 3 + column) * 7 + channel) * 6 + o
            #expect(file[there] == Float(here))
          }
        }
      }
    }
    #expect(TensorLayout.tensor(entry, as: specs[2]) == Self.counted(specs[2]))
  }

  /// What an optimizer keeps for a weight lies as the weight does.
  @Test(arguments: ["lenet", "mobilenet-v2-tiny"])
  func slotsLieAsTheirParameters(_ name: String) throws {
    var checkpoint = try CheckpointSamples.checkpoint(name, .adam(AdamSpec()))
    checkpoint.state.slots = [checkpoint.state.parameters, checkpoint.state.parameters]
    let entries = try checkpoint.safetensors().entries
    for parameter in checkpoint.state.parameters {
      #expect(entries["optimizer.exp_avg.\(parameter.name)"] == entries[parameter.name])
      #expect(entries["optimizer.exp_avg_sq.\(parameter.name)"] == entries[parameter.name])
    }
  }

  /// Shapes in which no two extents are equal, one of them is 1, or one is 0.
  @Test(arguments: [
    [2, 3, 4, 5], [1, 7, 1, 2], [3, 0, 2, 4], [5, 1], [1, 5], [0, 3], [1], [0],
  ])
  func everyShapeComesBack(_ shape: [Int]) {
    let spec = TensorSpec("t", .weight, shape)
    let tensor = Self.counted(spec)
    let entry = TensorLayout.entry(tensor, as: spec)
    #expect(entry.shape == TensorLayout.fileShape(spec))
    #expect(entry.bytes.count == 4 * spec.count)
    #expect(TensorLayout.tensor(entry, as: spec) == tensor)
  }

  /// Little-endian, whatever the bits mean: −0, subnormal, infinite, NaN with a payload.
  @Test func bitsAreKept() {
    let patterns: [UInt32] = [
      0x8000_0000, 1, 0x007F_FFFF, 0x7F80_0000, 0xFF80_0000, 0x7FC0_0001, 0xFFC1_2345, 0x7F80_0001,
    ]
    let tensor = Tensor(
      name: "t", shape: [2, 4], values: patterns.map { Float(bitPattern: $0) })
    let spec = TensorSpec("t", .weight, [2, 4], fanIn: 2)
    let entry = TensorLayout.entry(tensor, as: spec)
    #expect(entry.bytes.prefix(8) == Data([0, 0, 0, 0x80, 0, 0, 0x80, 0xFF]))
    #expect(TensorLayout.tensor(entry, as: spec).values.map(\.bitPattern) == patterns)
  }
}
