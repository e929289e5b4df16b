import TrainingCore

/// A layer that mixes features or samples, and the elementwise layers behind it.
///
/// The elementwise layers are done on each part of the layer's output while that is in the cache.
/// A stage's arrays hold the samples of one batch, [N, features].
final class Stage {
  /// The layer that the stage begins with.
  enum Head {
    /// The images.
    case input
    /// A dense layer.
    case dense(Parameters)
    /// Batch normalisation.
    case batchNorm(BatchNorm)
  }

  /// The layer that the stage begins with.
  let head: Head
  /// The features that leave the stage.
  let features: Int
  private(set) var activations: [Activation] = []
  /// The head's output, and behind it that of each elementwise layer which has an array of its
  /// own.
  private(set) var values: [PanelMatrix] = []
  /// ∂L/∂output of the stage, and once the elementwise layers are gone through, of its head.
  private(set) var gradient: PanelMatrix
  /// The same, [features, N].
  private(set) var transposedGradient: PanelMatrix

  init(_ head: Head, features: Int) {
    self.head = head
    self.features = features
    let nothing = PanelMatrix(rows: 0, columns: 0)
    gradient = nothing
    transposedGradient = nothing
  }

  /// What leaves the stage, [N, features].
  var output: PanelMatrix { values[activations.last?.output ?? 0] }

  /// Puts an elementwise layer behind the others.
  ///
  /// It works in place, unless the layer before reads its own output on the way back.
  func append(_ kind: Activation.Kind) {
    let last = activations.last
    let input = last?.output ?? 0
    let output = last.map { $0.kind.readsOutput } ?? false ? input + 1 : input
    activations.append(Activation(kind: kind, input: input, output: output))
  }

  /// Makes room for so many samples.
  ///
  /// - Parameters:
  ///   - samples: The samples, a multiple of sixteen.
  ///   - hasGradient: Whether the stage has weights, or a stage before it has.
  func reserve(samples: Int, hasGradient: Bool) {
    values = (0...(activations.last?.output ?? 0)).map { _ in
      PanelMatrix(rows: samples, columns: features, spreads: true)
    }
    for index in activations.indices {
      activations[index].reserve(samples: samples, features: features)
    }
    if case .batchNorm(let norm) = head { norm.reserve(samples: samples) }
    guard hasGradient else { return }
    gradient = PanelMatrix(rows: samples, columns: features, spreads: true)
    let width = Lanes.scalarCount
    transposedGradient = PanelMatrix(
      rows: PanelMatrix.panelCount(features) * width, columns: samples, spreads: true)
  }

  /// Writes ∂L/∂output as [features, N] too, for samples and features in whole panels.
  func transposeGradient(panels: Range<Int>, rows: Range<Int>) {
    forEachSquare(panels, rows) { source, target in
      Transposition.transpose({ source[$0] }, store: { target[$0] = $1 })
    }
  }

  /// Reads ∂L/∂output from its transposed form.
  func restoreGradient(panels: Range<Int>, rows: Range<Int>) {
    forEachSquare(panels, rows) { target, source in
      Transposition.transpose({ source[$0] }, store: { target[$0] = $1 })
    }
  }

  /// Calls with sixteen lines of the gradient and the sixteen transposed ones.
  @inline(__always)
  private func forEachSquare(
    _ panels: Range<Int>, _ rows: Range<Int>,
    _ body: (UnsafeMutablePointer<Lanes>, UnsafeMutablePointer<Lanes>) -> Void
  ) {
    let width = Lanes.scalarCount
    for panel in panels {
      for row in stride(from: rows.lowerBound, to: rows.upperBound, by: width) {
        body(
          gradient.panel(panel) + row, transposedGradient.panel(row / width) + panel * width)
      }
    }
  }
}
