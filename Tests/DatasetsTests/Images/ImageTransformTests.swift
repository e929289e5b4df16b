import Foundation
import PropertyTesting
import Testing
import TrainingCore

@testable import Datasets

/// Which transforms are exact, and how near the others are to Keras's matrices.
@Suite struct ImageTransformTests {
  /// What is wrong if pixels aren't, bit for bit, those of given places.
  private func misplaced(
    _ moved: Examples, from images: Examples, _ source: (Int, Int) -> (row: Int, column: Int)
  ) -> String? {
    for sample in 0..<images.count {
      for row in 0..<images.shape.height {
        for column in 0..<images.shape.width {
          let (y, x) = source(row, column)
          for channel in 0..<images.shape.channels {
            let expected = images[sample, y, x, channel]
            let actual = moved[sample, row, column, channel]
            if actual.bitPattern != expected.bitPattern {
              return "[\(sample), \(row), \(column), \(channel)] is \(actual), not \(expected)"
            }
          }
        }
      }
    }
    return images.shape == moved.shape ? images.mislabelled(moved) : "shape \(moved.shape)"
  }

  @Test func withoutAmountsAllBitsStay() {
    forAll("no transform") {
      $0.images()
    } failure: { images in
      misplaced(ImageTransform().applied(to: images), from: images) { ($0, $1) }
        ?? misplaced(ImageTransform(rotation: -360).applied(to: images), from: images) { ($0, $1) }
    }
    let special = Examples.grey(2, 2, [-0.0, .infinity, .nan, .leastNonzeroMagnitude])
    #expect(ImageTransform().applied(to: special).bits == special.bits)
  }

  @Test func aFlipExchangesLeftAndRightAndTwoAreNone() {
    forAll("flips") {
      $0.images()
    } failure: { images in
      let flip = ImageTransform(isFlipped: true)
      let flipped = flip.applied(to: images)
      return misplaced(flipped, from: images) { ($0, images.shape.width - 1 - $1) }
        ?? misplaced(flip.applied(to: flipped), from: images) { ($0, $1) }
    }
  }

  @Test func wholeShiftsMovePixelsAndRepeatTheEdge() {
    forAll("whole shifts") { choices in
      (choices.images(), choices.integer(in: -10...10), choices.integer(in: -10...10))
    } failure: { images, rows, columns in
      let shifted = ImageTransform(heightShift: Double(rows), widthShift: Double(columns))
        .applied(to: images)
      return misplaced(shifted, from: images) { row, column in
        (
          min(max(row + rows, 0), images.shape.height - 1),
          min(max(column + columns, 0), images.shape.width - 1)
        )
      }
    }
  }

  @Test func halfATurnReversesAnyImage() {
    forAll("half turns") {
      $0.images()
    } failure: { images in
      misplaced(ImageTransform(rotation: 180).applied(to: images), from: images) {
        (images.shape.height - 1 - $0, images.shape.width - 1 - $1)
      }
    }
  }

  @Test func quarterTurnsPermuteSquares() {
    forAll("quarter turns") { choices in
      let size = choices.integer(in: 1...8)
      return Examples.grey(size, size, choices.array(size * size) { $0.number() })
    } failure: { images in
      let last = images.shape.height - 1
      return misplaced(ImageTransform(rotation: 90).applied(to: images), from: images) {
        (last - $1, $0)
      }
        ?? misplaced(ImageTransform(rotation: -90).applied(to: images), from: images) {
          ($1, last - $0)
        }
    }
  }

  @Test func zoomsLookFartherOut() {
    let row = Examples.grey(1, 5, [0, 10, 20, 30, 40])
    #expect(ImageTransform(widthZoom: 2).applied(to: row).inputs == [0, 0, 20, 40, 40])
    #expect(ImageTransform(widthZoom: 0.5).applied(to: row).inputs == [10, 15, 20, 25, 30])
    #expect(ImageTransform(heightZoom: 2).applied(to: row).inputs == row.inputs)
  }

  /// A zoom at the end of the matrix moves with the shift, one at its start would stretch it too.
  @Test func theShiftIsNotZoomed() {
    let row = Examples.grey(1, 5, [0, 10, 20, 30, 40])
    #expect(
      ImageTransform(widthShift: 1, widthZoom: 0.5).applied(to: row).inputs
        == [20, 25, 30, 35, 40])
  }

  /// What SciPy 1.17.1's `affine_transform(order=1, mode='nearest')` makes in double precision of
  /// Keras's matrix: rotation, shift, shear and zoom in that order, around (H − 1)/2 and (W − 1)/2.
  @Test func valuesAreThoseOfKeras() {
    let image = Examples.grey(3, 4, [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8])
    let cases: [(ImageTransform, [Double])] = [
      (
        ImageTransform(
          rotation: 20, heightShift: 0.3, widthShift: -0.4, shear: 10, heightZoom: 0.9,
          widthZoom: 1.2, isFlipped: true),
        [
          2.5667302224933239, 3.3023748838757743, 6.038886193771889, 5,
          3.4582745287941776, 3.8607212510515758, 4.7791718672761592, 5,
          6.728878404546716, 5.0577307616012215, 3.0298637628115519, 5,
        ]
      ),
      (
        ImageTransform(
          rotation: -35, heightShift: -0.5, widthShift: 0.25, shear: -40, heightZoom: 1.25,
          widthZoom: 0.75),
        [
          2.7478739531612728, 2.1655311016806009, 1.8455773345838948, 4.9819970680351329,
          3.1012144105223043, 3.3323282067806086, 2.6341419269928412, 5.3604544361647246,
          6.3351614053693384, 6.0159859546609793, 3.7433256514448177, 4.1315542190985983,
        ]
      ),
    ]
    for (transform, expected) in cases {
      let bound = image.interpolationBound + positionBound(transform, image)
      #expect(
        excess(
          transform.applied(to: image).inputs.map(Double.init), expected,
          bounds: expected.map { _ in bound }) == nil)
    }
  }

  @Test func anyTransformIsWithinRoundingOfKerasMatrices() {
    forAll("transforms", cases: 200) { choices in
      let number = { (choices: inout Choices, range: ClosedRange<Int>) in
        Double(choices.integer(in: range)) / 64
      }
      return (
        images: choices.images(),
        transform: ImageTransform(
          rotation: number(&choices, -3000...3000), heightShift: number(&choices, -300...300),
          widthShift: number(&choices, -300...300), shear: number(&choices, -3000...3000),
          heightZoom: number(&choices, 20...200), widthZoom: number(&choices, 20...200),
          isFlipped: choices.oneIn(2))
      )
    } failure: { images, transform in
      let bound = images.interpolationBound + positionBound(transform, images)
      let expected = defined(transform, images)
      return excess(
        transform.applied(to: images).inputs.map(Double.init), expected,
        bounds: expected.map { _ in bound })
    }
  }

  /// How far a value may be off because positions are computed in `Double`.
  ///
  /// A position is a sum of products of sines and cosines, off by γ₈₀ cosh(π/4) < 2γ₈₀ each, with
  /// fewer than 40 more roundings, here and in the definition; the terms add up to no more than
  /// 4z(H + W) + 2|t| + H + W. Over one row or column a value changes by 2M at most, as often in
  /// rows as in columns.
  private func positionBound(_ transform: ImageTransform, _ images: Examples) -> Double {
    let extent = Double(images.shape.height + images.shape.width)
    let zoom = max(transform.heightZoom, transform.widthZoom)
    let shift = transform.heightShift.magnitude + transform.widthShift.magnitude
    let terms = (4 * zoom + 1) * extent + 2 * shift
    let largest = images.inputs.reduce(0) { max($0, Double($1.magnitude)) }
    return 2 * 2 * Rounding.gamma(400, of: Double.self) * terms * 2 * largest
  }

  /// The transform by 3×3 matrices one after the other, as Keras composes them.
  private func defined(_ transform: ImageTransform, _ images: Examples) -> [Double] {
    let shape = images.shape
    let theta = transform.rotation * Double.pi / 180
    let phi = transform.shear * Double.pi / 180
    let center = [Double(shape.height - 1) / 2, Double(shape.width - 1) / 2]
    let matrices: [[[Double]]] = [
      [[1, 0, center[0]], [0, 1, center[1]], [0, 0, 1]],
      [[cos(theta), -sin(theta), 0], [sin(theta), cos(theta), 0], [0, 0, 1]],
      [[1, 0, transform.heightShift], [0, 1, transform.widthShift], [0, 0, 1]],
      [[1, -sin(phi), 0], [0, cos(phi), 0], [0, 0, 1]],
      [[transform.heightZoom, 0, 0], [0, transform.widthZoom, 0], [0, 0, 1]],
      [[1, 0, -center[0]], [0, 1, -center[1]], [0, 0, 1]],
    ]
    var values: [Double] = []
    for sample in 0..<images.count {
      for row in 0..<shape.height {
        for column in 0..<shape.width {
          let x = transform.isFlipped ? shape.width - 1 - column : column
          var position = [Double(row), Double(x), 1]
          for matrix in matrices.reversed() {
            position = matrix.map { zip($0, position).reduce(0) { $0 + $1.0 * $1.1 } }
          }
          for channel in 0..<shape.channels {
            values.append(
              images.between(sample, row: position[0], column: position[1], channel))
          }
        }
      }
    }
    return values
  }
}
