import TrainingCore

/// One place of a window (a tap of the kernel): the line that it reads, and its weight.
struct DepthwiseTap {
  /// From the window's own line to the place's.
  let line: Int
  /// The line of the weight in its panel.
  let weight: Int

  /// Folds neighbouring windows of one row: start + Σ source[tap] · weight[tap], in the order of the
  /// taps.
  ///
  /// The source is the first window's line in planes [plane, row, column], and the weights are a panel
  /// of W [KH·KW·I, O]; steps are lines from one window, or one sum, to the next.
  static func fold(
    _ taps: [DepthwiseTap], from source: UnsafePointer<Lanes>, step: Int,
    weights: UnsafePointer<Lanes>, start: Lanes, into target: UnsafeMutablePointer<Lanes>,
    count: Int, targetStep: Int
  ) {
    taps.withUnsafeBufferPointer { taps in
      /// Folds windows side by side, from one on, and returns their number.
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
      var window = 0
      while window < count {
        switch count - window {
        case 8...: window += fold(EightPanels.self, window)
        case 4...: window += fold(FourPanels.self, window)
        case 2...: window += fold(TwoPanels.self, window)
        default: window += fold(OnePanel.self, window)
        }
      }
    }
  }
}

/// Sums of neighbouring windows stay in registers side by side, as panels of a GEMM do.
typealias EightPanels = Beside<FourPanels, FourPanels>
typealias NinePanels = Beside<EightPanels, OnePanel>

/// ∂L/∂W of one panel, folded over one sample's windows in ascending order.
struct DepthwiseWeightFold {
  /// The sample's panel of x amid zeros, [plane, row, column].
  let planes: UnsafePointer<Lanes>
  /// Lines of a row of a plane.
  let planeWidth: Int
  /// Rows and columns from one window to the next.
  let step: Extent
  /// Rows and columns of windows.
  let outputs: Extent
  /// The sums so far of W, [KH·KW·I, O].
  let partialSums: Accumulation
  /// The first line of the panel in W.
  let firstLine: Int

  /// Adds one sample to the partial sums, which start at zero where asked.
  @inline(never)
  func add(
    taps: [DepthwiseTap], isThreeByThree: Bool, gradient: UnsafePointer<Lanes>, startsAtZero: Bool
  ) {
    switch (isThreeByThree, startsAtZero) {
    case (true, true): threeByThree(gradient, into: FirstPart(partialSums: partialSums))
    case (true, false): threeByThree(gradient, into: partialSums)
    case (false, true): any(taps, gradient, into: FirstPart(partialSums: partialSums))
    case (false, false): any(taps, gradient, into: partialSums)
    }
  }

  /// Folds a kernel of 3×3, whose nine sums stay in registers.
  @inline(__always)
  private func threeByThree(_ gradient: UnsafePointer<Lanes>, into sink: some GradientSink) {
    var sums = NinePanels { sink.start(at: firstLine + $0) }
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
    sums.forEach { sink.finish($1, at: firstLine + $0) }
  }

  /// Folds any kernel, four places at a time.
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
      var sums = Places { sink.start(at: firstLine + taps[$0].weight) }
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
      sums.forEach { sink.finish($1, at: firstLine + taps[$0].weight) }
    }
  }
}
