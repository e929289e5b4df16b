import Foundation
import Testing

/// The comparator sees every quantity, and lets nothing pass that isn't close.
@Suite struct ReplayComparisonTests {
  /// Two losses, and a tensor of one chosen element, its sum and its norm.
  private static let recorded = Result {
    try JSONDecoder().decode(
      TrainingRecording.Case.self,
      from: Data(
        """
        {"name": "made up", "model": "mlp:2-2", "optimizer": "SGD",
         "hyperparameters": {"lr": 0.1, "momentum": 0, "weightDecay": 0},
         "loss": {"base": [1, 2], "float32": [0, 0.25], "float64": [0, 0.125]},
         "tensors": [
           {"name": "fc1.bias", "indices": [1], "initial": [0], "checksum": "0",
            "steps": [{"step": 2, "base": [4, -8, 16],
                       "float32": [0.5, 0.5, 0.5], "float64": [0.25, 0.25, 0.25]}]}]}
        """.utf8))
  }

  private static func replay(losses: [Double], bias: [Double]) -> TrainingReplay {
    var replay = TrainingReplay()
    replay.losses = losses
    replay.digests = [2: ["fc1.bias": bias]]
    return replay
  }

  private func accepts(
    losses: [Double] = [1, 2], bias: [Double] = [4, -8, 16], inDouble: Bool = false
  ) throws -> Bool {
    let replay = Self.replay(losses: losses, bias: bias)
    let recorded = try Self.recorded.get()
    let comparison =
      inDouble
      ? ReplayComparison(of: replay, with: recorded, in: Double.self)
      : ReplayComparison(of: replay, with: recorded, in: Float.self)
    return comparison.isWithinAllowance
  }

  @Test func acceptsUpToFourSpreads() throws {
    #expect(try accepts())
    #expect(try accepts(losses: [1, 3], bias: [6, -10, 14]))
    #expect(try !accepts(losses: [1, 3.001]))
    #expect(try !accepts(losses: [1, 0.999]))
    #expect(try accepts(losses: [1, 2.5], bias: [5, -9, 15], inDouble: true))
    #expect(try !accepts(losses: [1, 2.501], inDouble: true))
  }

  @Test func acceptsFourUlpsWhereThereIsNoSpread() throws {
    #expect(try accepts(losses: [1 + 0x1p-21, 2]))
    #expect(try !accepts(losses: [1 + 0x1.1p-21, 2]))
    #expect(try accepts(losses: [1 + 0x1p-50, 2], inDouble: true))
    #expect(try !accepts(losses: [1 + 0x1.8p-50, 2], inDouble: true))
  }

  @Test(arguments: 0..<3)
  func seesEveryPartOfADigest(_ part: Int) throws {
    for wrong in [100, -Double.infinity, .nan] {
      var bias = [4.0, -8, 16]
      bias[part] = wrong
      #expect(try !accepts(bias: bias))
    }
    var negated = [4.0, -8, 16]
    negated[part] *= -1
    #expect(try !accepts(bias: negated))
  }

  @Test func refusesWhatIsMissingOrNotANumber() throws {
    #expect(try !accepts(losses: [1]))
    #expect(try !accepts(losses: []))
    #expect(try !accepts(losses: [1, .nan]))
    #expect(try !accepts(bias: [4, -8]))
    let nothing = ReplayComparison(
      of: TrainingReplay(), with: try Self.recorded.get(), in: Float.self)
    #expect(!nothing.isWithinAllowance)
  }

  @Test func namesTheWorstQuantity() throws {
    let comparison = ReplayComparison(
      of: Self.replay(losses: [1, 2], bias: [4, -8, 19]), with: try Self.recorded.get(),
      in: Float.self)
    #expect(comparison.description == "fc1.bias norm at step 2: 19.0, PyTorch 16.0, 6.0 times 0.5")
  }
}
