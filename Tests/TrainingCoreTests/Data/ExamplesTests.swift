import Testing
import TrainingCore

/// Images whose pixel values say where they are: sample · 1000 + row · 100 + column · 10 + channel.
@Suite struct ExamplesTests {
  static func pixel(_ sample: Int, _ row: Int, _ column: Int, _ channel: Int) -> Float {
    Float(sample * 1000 + row * 100 + column * 10 + channel)
  }

  static func examples(count: Int, _ shape: ImageShape) -> Examples {
    var inputs: [Float] = []
    for sample in 0..<count {
      for row in 0..<shape.height {
        for column in 0..<shape.width {
          for channel in 0..<shape.channels { inputs.append(pixel(sample, row, column, channel)) }
        }
      }
    }
    return Examples(
      shape: shape, classCount: 256, inputs: inputs, labels: (0..<count).map { UInt8($0 + 100) })
  }

  @Test(arguments: [(6, 4, 2, 2), (7, 5, 4, 3), (7, 5, 7, 5), (6, 6, 3, 1), (5, 5, 1, 1)])
  func cropsKeepTheMiddle(_ height: Int, _ width: Int, _ rows: Int, _ columns: Int) {
    let shape = ImageShape(height: height, width: width, channels: 3)
    let cropped = Self.examples(count: 4, shape).centerCropped(height: rows, width: columns)
    #expect(cropped.shape == ImageShape(height: rows, width: columns, channels: 3))
    #expect(cropped.labels == [100, 101, 102, 103])
    var expected: [Float] = []
    for sample in 0..<4 {
      for row in 0..<rows {
        for column in 0..<columns {
          for channel in 0..<3 {
            expected.append(
              Self.pixel(
                sample, row + (height - rows) / 2, column + (width - columns) / 2, channel))
          }
        }
      }
    }
    #expect(cropped.inputs == expected)
  }

  @Test(arguments: [[], [0], [4, 4, 1], [4, 3, 2, 1, 0]])
  func selectsInTheOrderAskedFor(_ indices: [Int]) {
    let shape = ImageShape(height: 2, width: 3, channels: 2)
    let all = Self.examples(count: 5, shape)
    let some = all.selecting(indices)
    #expect(some.count == indices.count)
    #expect(some.shape == shape && some.classCount == 256)
    #expect(some.labels == indices.map { UInt8($0 + 100) })
    #expect(some.inputs == indices.flatMap { Array(all.inputs[$0 * 12..<($0 + 1) * 12]) })
    let batch = Batch(indices, of: all, epoch: 3)
    #expect(batch.inputs == some.inputs && batch.labels == some.labels)
    #expect(batch.samples == indices && batch.epoch == 3)
  }
}
