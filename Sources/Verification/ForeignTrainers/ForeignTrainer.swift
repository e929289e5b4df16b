import Foundation

/// A training loop in another process: requests and answers of the protocol as numbers.
///
/// It checks that answers are what the protocol says; what they mean is for `LoopExamination`.
final class ForeignTrainer {
  /// How a loop is run; `Protocol.md` has the meaning of each field.
  struct Setting: Hashable {
    var precision = "float64"
    var seed = 1
    var scale = 1.0
    var isQuiet = false
    /// The rate of plain gradient descent; nil for the program's own optimizer.
    var rate: Double?
    /// Hyperparameters of the own optimizer that replace the usual ones.
    var hyperparameters: [String: Hyperparameter] = [:]
  }

  /// The effect of one update on the weights.
  struct Update {
    /// (w before − w after), divided by the rate where there is one; thinned.
    let vector: [Double]
    /// The vector's norm before it was thinned.
    let norm: Double
    /// What the program says besides.
    let told: TrainerAnswer.Update
  }

  /// The result of several updates in a row.
  struct Run {
    let updates: [Update]
    /// The initial weights, thinned, where they were asked for.
    var weights: [Double] = []
    /// The optimizer's tensors, thinned, by slot and weight.
    var state: [String: [Double]] = [:]
    /// The optimizer's distinct step counts.
    var counts: [Double] = []
  }

  let framework: String
  let samples: Int
  let parameterCount: Int
  let precisions: [String]
  let optimizer: String?
  let hyperparameters: [String: Hyperparameter]
  let abilities: Set<String>
  /// The norm of the initial weights.
  private(set) var weightNorm = 0.0

  /// The largest number whose square can be summed.
  private static let largest = 1e150
  private let channel: any TrainerChannel
  private let parameters: [TrainerAnswer.Parameter]
  private let limit: Int

  /// Asks a program to describe itself; of each tensor at most `limit` numbers are read.
  ///
  /// Throws `TrainerFailure` where the answer isn't what the protocol says.
  init(_ channel: any TrainerChannel, limit: Int) throws(TrainerFailure) {
    self.channel = channel
    self.limit = limit
    let answer = try Self.ask(TrainerRequest(ask: .describe, protocol: 1), channel)
    guard answer.protocol == 1 else {
      throw TrainerFailure(
        "the trainer speaks protocol \(answer.protocol.map(String.init) ?? "unknown"), and this is "
          + "protocol 1: print the adapter anew by batchwise adapter")
    }
    guard let samples = answer.samples, (1...1 << 40).contains(samples),
      let parameters = answer.parameters, !parameters.isEmpty,
      let precisions = answer.precisions?.filter(["float64", "float32", "native"].contains),
      !precisions.isEmpty
    else {
      throw TrainerFailure(
        "the trainer describes no samples, learned parameters or known precisions, or more than 2⁴⁰ "
          + "samples: all three are needed")
    }
    guard Set(parameters.map(\.name)).count == parameters.count else {
      throw TrainerFailure("the trainer describes two parameters of one name: name each once")
    }
    var count = 0
    for parameter in parameters { count += try parameter.count() }
    parameterCount = count
    guard count > 0 else { throw TrainerFailure("the trainer's parameters have no numbers") }
    self.samples = samples
    self.parameters = parameters
    self.precisions = precisions
    framework = shown(answer.framework ?? "an unnamed framework")
    optimizer = answer.optimizer.map { shown($0) }
    hyperparameters = answer.hyperparameters ?? [:]
    abilities = Set(answer.abilities ?? [])
  }

  /// Runs updates, one after the other, from the initial state.
  ///
  /// Each update is a list of parts, each part a list of samples. Throws `TrainerFailure` also for an
  /// answer that isn't what the protocol says.
  func run(
    _ updates: [[[Int]]], _ setting: Setting, wantsWeights: Bool = false, wantsState: Bool = false
  ) throws(TrainerFailure) -> Run {
    var request = request(.run, setting)
    request.updates = updates
    if !setting.hyperparameters.isEmpty { request.hyperparameters = setting.hyperparameters }
    request.limit = limit
    request.file = TrainerRequest.file
    request.weights = wantsWeights
    request.state = wantsState
    let answer = try Self.ask(request, channel)
    guard let told = answer.updates, told.count == updates.count else {
      throw TrainerFailure(
        "the trainer tells of \(answer.updates?.count ?? 0) updates instead of \(updates.count)")
    }
    let tensors = try channel.tensors(in: TrainerRequest.file)
    weightNorm = answer.weightNorm ?? .nan
    var result = Run(
      updates: try told.enumerated().map { (index, update) throws(TrainerFailure) in
        Update(vector: try vector(tensors, "\(index)"), norm: update.norm ?? .nan, told: update)
      })
    let isSound = result.updates.allSatisfy { update in
      update.norm <= Self.largest && update.vector.allSatisfy { $0.magnitude <= Self.largest }
    }
    guard isSound else {
      throw TrainerFailure(
        "an update\(setting.rate == nil ? " by the program's own optimizer" : "") makes weights that "
          + "are not numbers, or beyond 10¹⁵⁰: start from weights and data with a finite gradient",
        isRefusal: true, isNotANumber: true)
    }
    if wantsWeights { result.weights = try vector(tensors, "weights") }
    if wantsState {
      result.state = tensors.filter { $0.key.hasPrefix("state/") }
      result.counts = answer.counts ?? []
    }
    return result
  }

  /// The scalar product of an update's vector with a random direction, over the scale; the loss at the
  /// initial weights; and for each length, the losses there and at its mirror image.
  typealias Slope = (slope: Double, loss: Double, losses: [(ahead: Double, back: Double)])

  /// Asks for the loss along a random direction; nil where the program doesn't know it.
  func slope(
    of parts: [[Int]], direction: Int, lengths: [Double], _ setting: Setting
  ) throws(TrainerFailure) -> Slope? {
    var request = request(.slope, setting)
    request.parts = parts
    request.direction = direction
    request.lengths = lengths
    let answer = try Self.ask(request, channel)
    guard let slope = answer.slope, let loss = answer.loss, let losses = answer.losses,
      losses.count == lengths.count, losses.allSatisfy({ $0.count == 2 })
    else { return nil }
    return (slope / setting.scale, loss, losses.map { ($0[0] ?? .nan, $0[1] ?? .nan) })
  }

  private func request(_ ask: TrainerRequest.Question, _ setting: Setting) -> TrainerRequest {
    TrainerRequest(
      ask: ask, rate: .some(setting.rate), precision: setting.precision, seed: setting.seed,
      scale: setting.scale, quiet: setting.isQuiet)
  }

  private static func ask(
    _ request: TrainerRequest, _ channel: any TrainerChannel
  ) throws(TrainerFailure) -> TrainerAnswer {
    guard let question = try? request.line else {
      throw TrainerFailure("a request has a number that JSON doesn't have")
    }
    let line = try channel.answer(question)
    let answer: TrainerAnswer
    do {
      answer = try JSONDecoder().decode(TrainerAnswer.self, from: Data(line.utf8))
    } catch {
      throw TrainerFailure(
        "the trainer answers '\(shown(line))', which isn't the protocol's JSON"
          + fieldAtFault(error))
    }
    if let error = answer.error {
      throw TrainerFailure("the trainer says: \(shown(error, limit: 300))", isRefusal: true)
    }
    return answer
  }

  private static func fieldAtFault(_ error: any Error) -> String {
    let context: DecodingError.Context
    switch error {
    case DecodingError.typeMismatch(_, let found), DecodingError.valueNotFound(_, let found),
      DecodingError.keyNotFound(_, let found), DecodingError.dataCorrupted(let found):
      context = found
    default: return ""
    }
    let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
    return path.isEmpty ? "" : ": \(shown(path.joined(separator: "."))) has another type"
  }

  /// How many numbers of a vector are kept.
  var keptCount: Int { parameters.reduce(0) { $0 + kept(of: $1) } }

  /// Which numbers of a vector belong to tensors of two dimensions or more, and not to biases and
  /// other vectors, which regularisers often leave out.
  var isMatrix: [Bool] {
    parameters.flatMap { Array(repeating: $0.shape.count > 1, count: kept(of: $0)) }
  }

  /// Where each tensor's numbers are in a vector.
  var blocks: [Range<Int>] { parameters.map(kept).ranges }

  private func kept(of parameter: TrainerAnswer.Parameter) -> Int {
    let count = parameter.shape.reduce(1, *)
    return count == 0 ? 0 : (count - 1) / Self.stride(count, limit: limit) + 1
  }

  /// u of a precision; of the native one, that of the coarsest type among the parameters.
  func roundoff(of precision: String) -> Double {
    let units = ["float64": 0x1p-53, "float16": 0x1p-11, "bfloat16": 0x1p-8]
    let types = precision == "native" ? parameters.map(\.type) : [precision]
    return types.map { units[$0] ?? 0x1p-24 }.reduce(0x1p-53, max)
  }

  /// All weights' numbers of one vector, thinned.
  private func vector(
    _ tensors: [String: [Double]], _ prefix: String
  ) throws(TrainerFailure) -> [Double] {
    var vector: [Double] = []
    for parameter in parameters {
      let (name, kept) = ("\(prefix)/\(parameter.name)", kept(of: parameter))
      guard let values = tensors[name], values.count == kept else {
        throw TrainerFailure("the trainer's file has no tensor '\(shown(name))' of \(kept) numbers")
      }
      vector += values
    }
    return vector
  }

  /// The least odd number s with count/s at most the limit.
  static func stride(_ count: Int, limit: Int) -> Int {
    let least = (count + limit - 1) / limit
    return least.isMultiple(of: 2) ? least + 1 : max(least, 1)
  }
}
