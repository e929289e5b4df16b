import TrainingCore

/// The mini-batch that a network works on: which samples, their labels, losses and hits.
final class BatchBuffer {
  /// The images that the batch is taken from, [samples, H·W·C]; set for one task.
  var images: UnsafePointer<Float>
  /// The number of samples, N.
  private(set) var count = 0
  /// The epoch, from 0.
  private(set) var epoch = 0
  /// The index among `images` of the next batch's only sample, if it is known.
  private(set) var next: Int?
  /// That sample's index in its data set.
  let nextSample = BatchBuffer.allocate(1, 0)
  /// Whether the first stage's output is there already, because the batch before looked ahead.
  private(set) var isLookedAhead = false
  /// The data set that was looked ahead in; keeping it keeps its images where they are.
  private var lookedAheadIn: Examples?
  /// Each sample's index among `images`, and in its data set, [N] each.
  let places, samples: UnsafeMutablePointer<Int>
  /// Classes, [N].
  let labels: UnsafeMutablePointer<UInt8>
  /// The loss of each sample, [N].
  let losses: UnsafeMutablePointer<Float>
  /// Whether each sample was classified correctly, [N].
  let hits: UnsafeMutablePointer<Bool>
  /// The weight of each class, [O]; empty where all count the same.
  private let classWeights: [Float]

  init(capacity: Int, classWeights: [Float] = []) {
    self.classWeights = classWeights
    places = Self.allocate(capacity, 0)
    samples = Self.allocate(capacity, 0)
    labels = Self.allocate(capacity, 0)
    losses = Self.allocate(capacity, 0)
    hits = Self.allocate(capacity, false)
    images = UnsafePointer(losses)
  }

  private static func allocate<Value>(_ count: Int, _ value: Value) -> UnsafeMutablePointer<Value> {
    let pointer = UnsafeMutablePointer<Value>.allocate(capacity: count)
    pointer.initialize(repeating: value, count: count)
    return pointer
  }

  deinit {
    places.deallocate()
    samples.deallocate()
    nextSample.deallocate()
    labels.deallocate()
    losses.deallocate()
    hits.deallocate()
  }

  /// Takes samples of a data set by their indices; the upcoming batch is empty where it isn't known.
  func take(
    _ indices: ArraySlice<Int>, of examples: Examples, epoch: Int, upcoming: ArraySlice<Int>
  ) {
    isLookedAhead =
      indices.count == 1 && indices.first == next && epoch == self.epoch
      && lookedAheadIn.map { $0.hasSameImages(as: examples) } ?? false
    next = indices.count == 1 && upcoming.count == 1 ? upcoming.first : nil
    if let next {
      nextSample.pointee = next
      lookedAheadIn = examples
    }
    count = indices.count
    self.epoch = epoch
    for (n, index) in indices.enumerated() {
      places[n] = index
      samples[n] = index
      labels[n] = examples.labels[index]
    }
  }

  func take(_ rows: Range<Int>, of batch: Batch) {
    forgetNext()
    count = rows.count
    epoch = batch.epoch
    for (n, row) in rows.enumerated() {
      places[n] = row
      samples[n] = batch.samples[row]
      labels[n] = batch.labels[row]
    }
  }

  /// Forgets the next batch, and what was computed of it.
  func forgetNext() {
    next = nil
    isLookedAhead = false
    lookedAheadIn = nil
  }

  /// The exact sums of the losses and weights, and the number of hits.
  var tally: Tally {
    var tally = Tally()
    for n in 0..<count {
      let weight = classWeights.isEmpty ? nil : Double(classWeights[Int(labels[n])])
      tally.add(loss: Double(losses[n]), isCorrect: hits[n], weight: weight)
    }
    return tally
  }

  /// Adds the samples' weights to a sum, one after the other.
  func addWeights(to sum: inout Float) {
    guard !classWeights.isEmpty else { return }
    for n in 0..<count { sum += classWeights[Int(labels[n])] }
  }
}

extension Examples {
  /// Whether the images lie at the same place in memory, as they do in copies.
  fileprivate func hasSameImages(as other: Examples) -> Bool {
    inputs.withUnsafeBufferPointer { own in
      other.inputs.withUnsafeBufferPointer { own.baseAddress == $0.baseAddress }
    }
  }
}
