import TrainingCore

/// The batch that a network works on: which samples, their labels, and what the loss said of them.
final class BatchBuffer {
  /// All images that the batch takes some of, [samples, I]; set for one piece of work.
  var images: UnsafePointer<Float>
  /// How many samples there are.
  private(set) var count = 0
  /// The epoch, from 0.
  private(set) var epoch = 0
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

  private static let noImages: [Float] = [0]

  init(capacity: Int) {
    places = .allocate(capacity: capacity)
    samples = .allocate(capacity: capacity)
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
    labels.deallocate()
    losses.deallocate()
    hits.deallocate()
  }

  /// Takes samples of a data set, by their indices.
  func take(_ indices: ArraySlice<Int>, of examples: Examples, epoch: Int) {
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
    count = rows.count
    epoch = batch.epoch
    for (n, row) in rows.enumerated() {
      places[n] = row
      samples[n] = batch.samples[row]
      labels[n] = batch.labels[row]
    }
  }

  /// The exact sum of the losses, and the number of hits.
  var tally: Tally {
    var tally = Tally()
    for n in 0..<count { tally.add(loss: Double(losses[n]), isCorrect: hits[n]) }
    return tally
  }
}
