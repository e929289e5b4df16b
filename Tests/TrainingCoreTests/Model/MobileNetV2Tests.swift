import Testing
import TrainingCore

/// MobileNetV2's blocks, widths and names (Sandler, Howard, Zhu, Zhmoginov & Chen 2018, table 2, with
/// torchvision's rounding and names).
@Suite struct MobileNetV2Tests {
  private static func shapes(_ name: String) throws -> [ImageShape] {
    try ModelSpec(named: name).shapes()
  }

  /// 224×224 is halved five times; the widths are the table's.
  @Test func mapsShrinkAsInTheTable() throws {
    let model = try ModelSpec(named: "mobilenet-v2")
    let shapes = try model.shapes()
    // A block ends with its projection's normalisation, or with its sum, which has the same shape.
    var ends: [String] = []
    for (index, name) in model.moduleNames.enumerated()
    where name == "features.1.conv.2" || name.hasSuffix("conv.3") {
      ends.append(shapes[index + 1].description)
    }
    #expect(
      ends == [
        "112×112×16", "56×56×24", "56×56×24", "28×28×32", "28×28×32", "28×28×32", "14×14×64",
        "14×14×64", "14×14×64", "14×14×64", "14×14×96", "14×14×96", "14×14×96", "7×7×160",
        "7×7×160", "7×7×160", "7×7×320",
      ])
    #expect(try Self.shapes("mobilenet-v2+notop").last?.description == "7×7×1280")
    #expect(model.outputCount == 1000)
    #expect(try Self.shapes("mobilenet-v2+input32+notop").last?.description == "1×1×1280")
  }

  /// Ten blocks keep their shape, and add their input to what they make of it.
  @Test func blocksThatKeepTheirShapeAddTheirInput() throws {
    let layers = try ModelSpec(named: "mobilenet-v2").layers
    #expect(layers.count { if case .residual = $0 { true } else { false } } == 10)
    #expect(layers.count { $0 == .residual(layers: 8) } == 10)
    let depthwise = layers.compactMap { layer -> ConvolutionSpec? in
      guard case .convolution(let spec) = layer, spec.groups > 1 else { return nil }
      return spec
    }
    #expect(depthwise.count == 17)
    #expect(
      depthwise.allSatisfy {
        $0.groups == $0.inputChannels && $0.groups == $0.outputChannels && $0.kernel == 3
          && $0.padding == 1 && !$0.hasBias
      })
    #expect(depthwise.count { $0.stride == 2 } == 4)
  }

  @Test func namesAreTorchvisions() throws {
    let layout = ParameterLayout(of: try ModelSpec(named: "mobilenet-v2"))
    let names = layout.parameters.map(\.name) + layout.statistics.map(\.name)
    #expect(layout.parameters.count == 158 && layout.statistics.count == 104)
    #expect(Set(names).count == names.count)
    #expect(
      Array(names.prefix(9)) == [
        "features.0.0.weight", "features.0.1.weight", "features.0.1.bias",
        "features.1.conv.0.0.weight", "features.1.conv.0.1.weight", "features.1.conv.0.1.bias",
        "features.1.conv.1.weight", "features.1.conv.2.weight", "features.1.conv.2.bias",
      ])
    for name in [
      "features.2.conv.0.0.weight", "features.2.conv.1.0.weight", "features.2.conv.2.weight",
      "features.2.conv.3.running_mean", "features.17.conv.3.bias", "features.18.0.weight",
      "features.18.1.running_var", "classifier.1.weight", "classifier.1.bias",
    ] {
      #expect(names.contains(name), "\(name)")
    }
    let shapes = Dictionary(uniqueKeysWithValues: layout.parameters.map { ($0.name, $0.shape) })
    #expect(shapes["features.0.0.weight"] == [3, 3, 3, 32])
    #expect(shapes["features.2.conv.1.0.weight"] == [3, 3, 1, 96])
    #expect(shapes["features.18.0.weight"] == [1, 1, 320, 1280])
    #expect(shapes["classifier.1.weight"] == [1280, 1000])
  }

  /// Widths are multiples of 8, no more than a tenth below what the factor says.
  ///
  /// The last is never narrower than 1280. The counts are those that frameworks have for the same
  /// factors.
  @Test(arguments: [("0.5", 1_968_680), ("1.4", 6_108_776)])
  func theWidthIsAFactor(_ factor: String, _ parameters: Int) throws {
    let model = try ModelSpec(named: "mobilenet-v2+width\(factor)")
    for case .convolution(let spec) in model.layers {
      #expect(spec.outputChannels.isMultiple(of: 8))
    }
    #expect(ModelCost(of: model).parameters == parameters)
  }

  /// 0.35 · 16 is 5.6 and becomes 8; 0.35 · 32 is 11.2, of which 8 would be more than a tenth less, and
  /// becomes 16.
  @Test func widthsAreNotRoundedFarDown() throws {
    let model = try ModelSpec(named: "mobilenet-v2+width0.35")
    let shapes = try model.shapes()
    var widths: [Int] = []
    for (index, name) in model.moduleNames.enumerated()
    where name == "features.0.1" || name == "features.1.conv.2" || name.hasSuffix("conv.3") {
      if widths.last != shapes[index + 1].channels { widths.append(shapes[index + 1].channels) }
    }
    #expect(widths == [16, 8, 16, 24, 32, 56, 112])
    #expect(model.output.count == 1000 && shapes[shapes.count - 2].channels == 1280)
  }

  @Test func optionsSayImagesAndClasses() throws {
    let model = try ModelSpec(named: "mobilenet-v2+input96+channels1+classes7")
    #expect(model.input == ImageShape(height: 96, width: 96))
    #expect(model.outputCount == 7 && model.name == "mobilenet-v2+input96+channels1+classes7")
    let tiny = try ModelSpec(named: "mobilenet-v2-tiny")
    #expect(tiny.input == ImageShape(height: 28, width: 28) && tiny.outputCount == 10)
  }

  /// Five halvings want 32 pixels, three of the tiny network's 8.
  @Test(arguments: [("mobilenet-v2", 32), ("mobilenet-v2-tiny", 8)])
  func imagesMustSurviveTheHalvings(_ name: String, _ smallest: Int) throws {
    #expect(throws: Never.self) { try ModelSpec(named: "\(name)+input\(smallest)") }
    for extent in [1, smallest - 1] {
      let channels = try ModelSpec(named: name).input.channels
      let found = ImageShape(height: extent, width: extent, channels: channels)
      let full = "\(name)+input\(extent)"
      #expect(throws: ModelError.imagesTooSmall(model: full, smallest: smallest, found: found)) {
        try ModelSpec(named: full)
      }
    }
    #expect(throws: ModelError.self) { try ModelSpec(named: "\(name)+input1048576") }
  }
}
