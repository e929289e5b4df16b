import CommandLineTools
import OptimizedTraining
import ReferenceTraining
import Testing

@Suite struct EngineTests {
  private static let command = Command(
    name: "bake", summary: "bakes", options: Engine.options, run: { _ in })

  private func engine(_ words: String...) throws -> Engine {
    try Engine(Arguments(words[...], for: Self.command, of: "batchwise"))
  }

  @Test func theOptimizedTrainerIsTheDefault() throws {
    let engine = try engine("--threads", "3")
    #expect(engine.description == "optimized, 3 threads")
    #expect(engine.name == "optimized")
    #expect(engine.threads == 3)
    #expect(engine.trainer is OptimizedTrainer.Type)
    #expect(try self.engine().threads >= 1)
  }

  @Test func theReferenceHasOneThread() throws {
    let engine = try engine("--engine", "reference")
    #expect(engine.description == "reference, 1 thread")
    #expect(engine.trainer is ReferenceTrainer<Float>.Type)
    #expect(try self.engine("--engine=reference", "--threads=1").threads == 1)
    #expect(
      throws: CommandError.misuse(
        "--threads 2: the reference trainer has one thread; leave it out")
    ) { try self.engine("--engine", "reference", "--threads", "2") }
  }
}
