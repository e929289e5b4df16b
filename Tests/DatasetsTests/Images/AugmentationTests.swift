import Foundation
import PropertyTesting
import Testing
import TrainingCore

@testable import Datasets

/// Augmented pixels are a function of (seed, epoch, sample), and their amounts are spread as said.
@Suite struct AugmentationTests {
  /// Five images of noise, 6×7×3.
  private static let images = Examples(
    shape: ImageShape(height: 6, width: 7, channels: 3), classCount: 5,
    inputs: noise(5 * 126).map { Float($0) / 255 }, labels: [4, 3, 2, 1, 0])

  private func transforms(
    _ augmentation: Augmentation = .published, count: Int, seed: UInt64 = 1, epoch: Int = 0
  ) -> [ImageTransform] {
    (0..<count).map {
      augmentation.transform(
        ofSample: $0, in: ImageShape(height: 20, width: 40), seed: seed, epoch: epoch)
    }
  }

  @Test func publishedAmounts() {
    let published = Augmentation.published
    #expect(published.rotation == 15)
    #expect(published.heightShift == 0.1 && published.widthShift == 0.1)
    #expect(published.shear == 0.1)
    #expect(published.zoom == 0.9...1.25)
    #expect(published.flipsHorizontally)
  }

  @Test func withoutAmountsAllBitsStay() {
    let none = Augmentation()
    #expect(transforms(none, count: 100).allSatisfy { $0 == ImageTransform() })
    let same = none.applied(to: Self.images, seed: 1, epoch: 2)
    #expect(same.bits == Self.images.bits && same.labels == Self.images.labels)
  }

  /// Any part in any order, a sample twice included, has the pixels that the whole has.
  @Test func pixelsDependOnTheSampleAndNotOnItsCompany() {
    let whole = Augmentation.published.applied(to: Self.images, seed: 3, epoch: 4)
    #expect(whole.bits != Self.images.bits)
    #expect(whole.labels == Self.images.labels)
    forAll("parts of augmented data") { choices in
      choices.array(choices.integer(in: 0...8)) { $0.integer(in: 0...4) }
    } failure: { samples in
      let part = Augmentation.published.applied(
        to: samples, of: Self.images, seed: 3, epoch: 4)
      let selected = whole.selecting(samples)
      return part.bits == selected.bits && part.labels == selected.labels
        ? nil : "not what the whole has"
    }
  }

  @Test func everyCoordinateCounts() {
    var seen: Set<ImageTransform> = []
    for seed in [0, 1, 1 << 32] as [UInt64] {
      for epoch in 0..<5 { seen.formUnion(transforms(count: 20, seed: seed, epoch: epoch)) }
    }
    #expect(seen.count == 3 * 5 * 20)
    let first = Augmentation.published.applied(to: Self.images, seed: 3, epoch: 4)
    #expect(first.bits == Augmentation.published.applied(to: Self.images, seed: 3, epoch: 4).bits)
    #expect(first.bits != Augmentation.published.applied(to: Self.images, seed: 3, epoch: 5).bits)
    #expect(first.bits != Augmentation.published.applied(to: Self.images, seed: 4, epoch: 4).bits)
  }

  /// The numbers are those of a purpose of their own, so no dropout mask or shuffle repeats them.
  @Test func amountsAreReadFromTheFieldInOrder() {
    let field = RandomField(seed: 9, purpose: .augmentation)
    #expect(RandomPurpose.augmentation.rawValue == 7)
    let words = [0, 1].flatMap { quad in
      let words = field.words(epoch: 2, sample: 6, quad: quad)
      return words.indices.map { Double(words[$0]) / 0x1p32 }
    }
    let drawn = Augmentation(
      rotation: 90, heightShift: 0.5, widthShift: 0.25, shear: 45, zoom: 1...3,
      flipsHorizontally: true
    ).transform(ofSample: 6, in: ImageShape(height: 2, width: 8), seed: 9, epoch: 2)
    #expect(drawn.rotation == -90 + 180 * words[0])
    #expect(drawn.heightShift == -1 + 2 * words[1])
    #expect(drawn.widthShift == -2 + 4 * words[2])
    #expect(drawn.shear == -45 + 90 * words[3])
    #expect(drawn.heightZoom == 1 + 2 * words[4])
    #expect(drawn.widthZoom == 1 + 2 * words[5])
    #expect(drawn.isFlipped == (words[6] >= 0.5))
  }

  /// Every tenth of each range is met about as often, and pairs of amounts in all combinations.
  ///
  /// Of 10,000 draws 1,000 or 2,500 are expected; by Hoeffding's bound a count is 400 off with
  /// probability at most 2·exp(−2·400²/10000) < 3·10⁻¹⁴.
  @Test func amountsAreUniformAndIndependent() {
    let drawn = transforms(count: 10_000)
    // Each amount as a share of its range; shifts are a tenth of 20 rows and 40 columns.
    let shares: [[Double]] = [
      drawn.map { ($0.rotation + 15) / 30 }, drawn.map { ($0.heightShift + 2) / 4 },
      drawn.map { ($0.widthShift + 4) / 8 }, drawn.map { ($0.shear + 0.1) / 0.2 },
      drawn.map { ($0.heightZoom - 0.9) / 0.35 }, drawn.map { ($0.widthZoom - 0.9) / 0.35 },
    ]
    for share in shares {
      #expect(share.allSatisfy { (0...1).contains($0) })
      for tenth in 0..<10 {
        let count = share.count { Int($0 * 10) == tenth }
        #expect(abs(count - 1000) < 400)
      }
    }
    let halves = shares.map { $0.map { $0 >= 0.5 } } + [drawn.map(\.isFlipped)]
    for first in halves.indices {
      for second in 0..<first {
        for (a, b) in [(false, false), (false, true), (true, false), (true, true)] {
          let count = zip(halves[first], halves[second]).count { $0 == (a, b) }
          #expect(abs(count - 2500) < 400, "amounts \(second) and \(first)")
        }
      }
    }
  }

  @Test func withoutFlipsNoneIsFlipped() {
    #expect(transforms(Augmentation(rotation: 1), count: 100).allSatisfy { !$0.isFlipped })
  }

  /// The bits of augmented pixels, on every system and at every instruction level.
  @Test func pixelsHaveOneFingerprint() {
    let bits = (0..<20).flatMap {
      Augmentation.published.applied(to: Self.images, seed: 5, epoch: $0).bits
    }
    let bytes = bits.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    #expect(
      SHA256.hexadecimal(bytes)
        == "c9317be0e53cbadfb009f9bbd84a880686ea776e14b865e90eff5c1707ed40c3")
  }

  @Test func itIsWrittenAndReadAgain() throws {
    for augmentation in [Augmentation.published, Augmentation()] {
      let json = try JSONEncoder().encode(augmentation)
      #expect(try JSONDecoder().decode(Augmentation.self, from: json) == augmentation)
    }
  }

  @Test(arguments: [
    #""rotation":-1"#, #""rotation":1e300"#, #""shear":1e7"#, #""heightShift":-0.1"#,
    #""widthShift":2e6"#, #""zoom":[0,1]"#, #""zoom":[2,1]"#, #""zoom":[1,1e9]"#,
  ])
  func impossibleAmountsAreRefused(field: String) throws {
    let sound = [
      #""rotation":1"#, #""shear":1"#, #""heightShift":1"#, #""widthShift":1"#, #""zoom":[1,2]"#,
      #""flipsHorizontally":true"#,
    ]
    let name = field.prefix { $0 != ":" }
    let json = "{" + sound.map { $0.hasPrefix(name) ? field : $0 }.joined(separator: ",") + "}"
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Augmentation.self, from: Data(json.utf8))
    }
    let possible = "{" + sound.joined(separator: ",") + "}"
    #expect(throws: Never.self) {
      try JSONDecoder().decode(Augmentation.self, from: Data(possible.utf8))
    }
  }
}
