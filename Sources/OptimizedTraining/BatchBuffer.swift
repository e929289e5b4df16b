import TrainingCore

/// The batch that a network works on: which samples, their labels, and what the loss said of them.
final class BatchBuffer {
  /// All images that the batch takes some of, [samples, I]; set for one piece of work.
  var images: UnsafePointer<Float>
  /// How many samples there are.
  private(set) var count = 0
  /// The epoch, from 0.
  private(set) var epoch = 0
  /// Where the image of the next batch's only sample is among `images`, if it is known.
  private(set) var next: Int?
  /// That sample's index in its data set.
  let nextSample: UnsafeMutablePointer<Int>
  /// Whether the first stage's output is there already, since the batch before looked ahead.
  private(set) var isLookedAhead = false
  /// The data set that was looked ahead in; keeping it keeps its images where they are.
  private var lookedAheadIn: Examples?
  /// Where each sample's image is among `images`, [N].
  let places: UnsafeMutablePointer<Int>
  /// The samples' indices in their data set, [N].
  let samples: UnsafeMutablePointer<Int>
  /// Classes, [N].
  let labels: UnsafeMutablePointer<UInt8>
  /// The loss of each sample, [N].
  let losses: UnsafeMutablePointer<Float>
  /// Whether each sample was classified correctly, [N].
  let hits: UnsafeMutablePointer<Bool>

  init(capacity: Int) {
    places = .allocate(capacity: capacity)
    samples = .allocate(capacity: capacity)
    nextSample = .allocate(capacity: 1)
    nextSample.initialize(to: 0)
    labels = .allocate(capacity: capacity)
    losses = .allocate(capacity: capacity)
    hits = .allocate(capacity: capacity)
    places.initialize(repeating: 0, count: capacity)
    samples.initialize(repeating: 0, count: capacity)
    labels.initialize(repeating: 0, count: capacity)
    losses.initialize(repeating: 0, count: capacity)
    hits.initialize(repeating: false, count: capacity)
    images = UnsafePointer(losses)
  }

  deinit {
    places.deallocate()
    samples.deallocate()
    nextSample.deallocate()
    labels.deallocate()
    losses.deallocate()
    hits.deallocate()
  }

  /// Takes samples of a data set, by their indices.
  ///
  /// - Parameters:
  ///   - indices: The batch.
  ///   - examples: The data set.
  ///   - epoch: The epoch, from 0.
  ///   - upcoming: The batch behind it, empty where it isn't known.
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

  /// Takes some of the samples that a batch has gathered.
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

  /// Whatever was looked ahead at is gone.
  func forgetNext() {
    next = nil
    isLookedAhead = false
    lookedAheadIn = nil
  }

  /// The exact sum of the losses, and the number of hits.
  var tally: Tally {
    var tally = Tally()
    for n in 0..<count { tally.add(loss: Double(losses[n]), isCorrect: hits[n]) }
    return tally
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
