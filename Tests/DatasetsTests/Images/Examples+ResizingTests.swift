import PropertyTesting
import Testing
import TrainingCore

@testable import Datasets

/// What resizing keeps exactly, and how near the rest is to its definition.
@Suite struct ResizingTests {
  @Test func bilinearValuesAreThoseOfHalfPixelCentres() {
    let pair = Examples.grey(1, 2, [0, 8])
    #expect(pair.resized(height: 1, width: 4).inputs == [0, 2, 6, 8])
    #expect(pair.resized(height: 2, width: 2).inputs == [0, 8, 0, 8])
    #expect(pair.resized(height: 1, width: 1).inputs == [4])
    // Four columns at ½ and 2½; three at ¼ and 1¾; no averaging over what lies between.
    #expect(Examples.grey(1, 4, [1, 3, 100, 200]).resized(height: 1, width: 2).inputs == [2, 150])
    #expect(Examples.grey(3, 1, [0, 8, 16]).resized(height: 2, width: 1).inputs == [2, 14])
    let square = Examples.grey(2, 2, [0, 4, 16, 36])
    #expect(
      square.resized(height: 3, width: 3).inputs == [0, 2, 4, 8, 14, 20, 16, 26, 36])
  }

  @Test func nearestValuesAreThoseOfPixelAreas() {
    let row = Examples.grey(1, 5, [10, 11, 12, 13, 14])
    // Centres of 3 columns are at 5/6, 2½ and 4 1/6: in columns 0, 2 and 4.
    #expect(row.resized(height: 1, width: 3, by: .nearest).inputs == [10, 12, 14])
    // Centres of 2 are at 1¼ and 3¾. PyTorch's mode `nearest` takes 10 and 12, `nearest-exact` these.
    #expect(row.resized(height: 1, width: 2, by: .nearest).inputs == [11, 13])
    #expect(
      row.resized(height: 2, width: 7, by: .nearest).inputs
        == [10, 11, 11, 12, 13, 13, 14, 10, 11, 11, 12, 13, 13, 14])
  }

  @Test func nearestEnlargedByAWholeFactorRepeatsPixels() {
    forAll("nearest by whole factors") { choices in
      (images: choices.images(), factor: (choices.integer(in: 1...4), choices.integer(in: 1...4)))
    } failure: { images, factor in
      let shape = images.shape
      let large = images.resized(
        height: shape.height * factor.0, width: shape.width * factor.1, by: .nearest)
      for sample in 0..<images.count {
        for row in 0..<large.shape.height {
          for column in 0..<large.shape.width {
            for channel in 0..<shape.channels {
              let pixel = images[sample, row / factor.0, column / factor.1, channel]
              guard large[sample, row, column, channel].bitPattern == pixel.bitPattern else {
                return "[\(sample), \(row), \(column), \(channel)] is not \(pixel)"
              }
            }
          }
        }
      }
      let back = large.resized(height: shape.height, width: shape.width, by: .nearest)
      return back.bits == images.bits ? images.mislabelled(back) : "the way back is another"
    }
  }

  @Test(arguments: Resampling.allCases)
  func theSameSizeHasTheSameBits(resampling: Resampling) {
    let special: [Float] = [-0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, 0.1]
    let images = Examples.grey(2, 3, special)
    #expect(images.resized(height: 2, width: 3, by: resampling).bits == images.bits)
  }

  @Test(arguments: Resampling.allCases)
  func aConstantStaysItself(resampling: Resampling) {
    forAll("constant images, \(resampling)") { choices in
      let pixel = choices.number()
      return (
        choices.images { _ in pixel }, choices.integer(in: 1...13), choices.integer(in: 1...13)
      )
    } failure: { images, height, width in
      let resized = images.resized(height: height, width: width, by: resampling)
      let isConstant = resized.inputs.allSatisfy { $0 == images.inputs[0] }
      return isConstant ? images.mislabelled(resized) : "no longer constant: \(resized.inputs)"
    }
  }

  /// Between the outermost centres, a plane is what it was: a ramp of rows, columns or both.
  @Test func rampsStayRampsBetweenTheOutermostCentres() {
    forAll("ramps") { choices in
      (
        size: choices.array(4) { $0.integer(in: 2...12) },
        slope: choices.array(3) { $0.integer(in: -9...9) }
      )
    } failure: { size, slope in
      let height = size[0]
      let width = size[1]
      let ramp = Examples.grey(
        height, width,
        (0..<height * width).map {
          Float(slope[0] + slope[1] * ($0 / width) + slope[2] * ($0 % width))
        })
      let resized = ramp.resized(height: size[2], width: size[3])
      var interior: [(actual: Double, expected: Double)] = []
      for row in 0..<size[2] {
        for column in 0..<size[3] {
          let y = (Double(row) + 0.5) * Double(height) / Double(size[2]) - 0.5
          let x = (Double(column) + 0.5) * Double(width) / Double(size[3]) - 0.5
          guard (0...Double(height - 1)).contains(y), (0...Double(width - 1)).contains(x) else {
            continue
          }
          interior.append(
            (
              actual: Double(resized[0, row, column, 0]),
              expected: Double(slope[0]) + Double(slope[1]) * y + Double(slope[2]) * x
            ))
        }
      }
      guard !interior.isEmpty else { return "no pixel is between the outermost centres" }
      return excess(
        interior.map(\.actual), interior.map(\.expected),
        bounds: interior.map { _ in ramp.interpolationBound })
    }
  }

  @Test func bilinearIsWithinRoundingOfItsDefinition() {
    forAll("bilinear resizing") { choices in
      (choices.images(), choices.integer(in: 1...13), choices.integer(in: 1...13))
    } failure: { images, height, width in
      let resized = images.resized(height: height, width: width)
      guard
        resized.shape
          == ImageShape(
            height: height, width: width, channels: images.shape.channels)
      else { return "shape \(resized.shape)" }
      var expected: [Double] = []
      for sample in 0..<images.count {
        for row in 0..<height {
          for column in 0..<width {
            let y = (Double(row) + 0.5) * Double(images.shape.height) / Double(height) - 0.5
            let x = (Double(column) + 0.5) * Double(images.shape.width) / Double(width) - 0.5
            for channel in 0..<images.shape.channels {
              expected.append(images.between(sample, row: y, column: x, channel))
            }
          }
        }
      }
      return images.mislabelled(resized)
        ?? excess(
          resized.inputs.map(Double.init), expected,
          bounds: expected.map { _ in images.interpolationBound })
    }
  }

  @Test func greyBecomesEqualChannels() {
    let images = Examples.grey(1, 2, [1, -0.0, 3, 4])
    let colours = images.repeatingChannels(3)
    #expect(colours.shape == ImageShape(height: 1, width: 2, channels: 3))
    #expect(
      colours.bits == [1, 1, 1, -0.0, -0.0, -0.0, 3, 3, 3, 4, 4, 4].map { Float($0).bitPattern })
    #expect(colours.labels == images.labels)
    #expect(images.repeatingChannels(1).bits == images.bits)
  }
}

@Suite struct MappedImagesTests {
  private static let images = Examples(
    shape: ImageShape(height: 1, width: 2, channels: 2), classCount: 9,
    inputs: (0..<400).map(Float.init), labels: (0..<100).map { UInt8($0 % 9) })

  /// Each image is made from the sample's own, whose index and label it keeps.
  @Test(arguments: [[], [7], [99, 0, 7, 7], Array((0..<100).reversed())])
  func imagesAreMadeOfTheirSamples(samples: [Int]) {
    let shape = ImageShape(height: 3, width: 1)
    let mapped = Self.images.mappingImages(of: samples, to: shape) { sample, image, newImage in
      newImage.initializeElement(at: 0, to: Float(sample))
      newImage.initializeElement(at: 1, to: image[0])
      newImage.initializeElement(at: 2, to: Float(image.count))
    }
    #expect(mapped.shape == shape && mapped.classCount == 9)
    #expect(mapped.labels == samples.map { UInt8($0 % 9) })
    #expect(mapped.inputs == samples.flatMap { [Float($0), Float(4 * $0), 4] })
  }
}
