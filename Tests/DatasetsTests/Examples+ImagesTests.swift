import Testing
import TrainingCore

@testable import Datasets

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
