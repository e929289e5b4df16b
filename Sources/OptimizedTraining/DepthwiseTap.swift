import TrainingCore

/// A place of a window: where its number is, and which weight belongs to it.
struct DepthwiseTap {
  /// From the window's own line to the place's.
  let line: Int
  /// The line of the weight in its panel.
  let weight: Int

  /// Neighbouring windows of one row: start + Σ source[tap] · weight[tap], in the order of the taps.
  ///
  /// - Parameters:
  ///   - taps: The places.
  ///   - source: The first window's line.
  ///   - step: Lines from one window to the next.
  ///   - weights: A panel of weights.
  ///   - start: Where each fold begins.
  ///   - target: Where the first sum goes.
  ///   - count: The windows.
  ///   - targetStep: Lines from one sum to the next.
  static func fold(
    _ taps: [DepthwiseTap], from source: UnsafePointer<Lanes>, step: Int,
    weights: UnsafePointer<Lanes>, start: Lanes, into target: UnsafeMutablePointer<Lanes>,
    count: Int, targetStep: Int
  ) {
    taps.withUnsafeBufferPointer { taps in
      let row = WindowRow(
        taps: taps, source: source, step: step, weights: weights, start: start, target: target,
        targetStep: targetStep)
      var window = 0
      while window < count {
        switch count - window {
        case 8...: window += row.fold(EightPanels.self, window)
        case 4...: window += row.fold(FourPanels.self, window)
        case 2...: window += row.fold(TwoPanels.self, window)
        default: window += row.fold(OnePanel.self, window)
        }
      }
    }
  }
}

/// Sums of neighbouring windows stay in registers side by side, as panels of a product do.
typealias EightPanels = Beside<FourPanels, FourPanels>
typealias NinePanels = Beside<EightPanels, OnePanel>

private struct WindowRow {
  let taps: UnsafeBufferPointer<DepthwiseTap>
  let source: UnsafePointer<Lanes>
  let step: Int
  let weights: UnsafePointer<Lanes>
  let start: Lanes
  let target: UnsafeMutablePointer<Lanes>
  let targetStep: Int

  /// - Returns: The windows that were done.
  @inline(__always)
  func fold<Windows: ColumnGroup>(_ type: Windows.Type, _ first: Int) -> Int {
    var sums = Windows { _ in start }
    for tap in taps {
      let weight = weights[tap.weight]
      let line = source + (tap.line + first * step)
      sums = sums.map { $1.addingProduct(line[$0 * step], weight) }
    }
    sums.forEach { target[(first + $0) * targetStep] = $1 }
    return Windows.panels
  }
}

/// ∂L/∂W of one panel and one sample, folded over the windows in ascending order.
struct DepthwiseWeightFold {
  /// The sample's panel of x amid zeros.
  let planes: UnsafePointer<Lanes>
  /// Lines of a row of that.
  let planeWidth: Int
  /// Rows and columns from one window to the next.
  let step: Extent
  /// Rows and columns of windows.
  let outputs: Extent
  /// W.
  let weight: ParameterLines
  /// The first line of the panel in W.
  let firstLine: Int

  /// Adds one sample to the sums, which are left where the gradient is kept.
  @inline(never)
  func add(
    taps: [DepthwiseTap], isThreeByThree: Bool, gradient: UnsafePointer<Lanes>,
    startsAtZero: Bool
  ) {
    switch (isThreeByThree, startsAtZero) {
    case (true, true): threeByThree(gradient, into: FirstPart())
    case (true, false): threeByThree(gradient, into: Accumulation())
    case (false, true): any(taps, gradient, into: FirstPart())
    case (false, false): any(taps, gradient, into: Accumulation())
    }
  }

  /// A kernel of 3×3, whose nine sums stay in registers.
  @inline(__always)
  private func threeByThree(_ gradient: UnsafePointer<Lanes>, into sink: some GradientSink) {
    var sums = NinePanels { sink.start(weight, at: firstLine + $0) }
    var windows = gradient
    for row in 0..<outputs.height {
      var top = planes + row * step.height * planeWidth
      for _ in 0..<outputs.width {
        let middle = top + planeWidth
        let bottom = middle + planeWidth
        let g = windows.pointee
        sums = sums.map { place, sum in
          let line =
            place < 3 ? top + place : place < 6 ? middle + (place - 3) : bottom + (place - 6)
          return sum.addingProduct(line.pointee, g)
        }
        windows += 1
        top += step.width
      }
    }
    sums.forEach { sink.finish($1, weight, at: firstLine + $0) }
  }

  /// Any kernel, four places at a time.
  @inline(__always)
  private func any(
    _ taps: [DepthwiseTap], _ gradient: UnsafePointer<Lanes>, into sink: some GradientSink
  ) {
    for places in Blocks(of: taps.indices, size: FourPanels.panels) {
      if places.count == FourPanels.panels {
        fold(FourPanels.self, taps[places], gradient, sink)
      } else {
        for place in places { fold(OnePanel.self, taps[place...place], gradient, sink) }
      }
    }
  }

  @inline(__always)
  private func fold<Places: ColumnGroup>(
    _ type: Places.Type, _ taps: ArraySlice<DepthwiseTap>, _ gradient: UnsafePointer<Lanes>,
    _ sink: some GradientSink
  ) {
    taps.withUnsafeBufferPointer { taps in
      var sums = Places { sink.start(weight, at: firstLine + taps[$0].weight) }
      var windows = gradient
      for row in 0..<outputs.height {
        var window = planes + row * step.height * planeWidth
        for _ in 0..<outputs.width {
          let g = windows.pointee
          sums = sums.map { $1.addingProduct(window[taps[$0].line], g) }
          windows += 1
          window += step.width
        }
      }
      sums.forEach { sink.finish($1, weight, at: firstLine + taps[$0].weight) }
    }
  }
}
