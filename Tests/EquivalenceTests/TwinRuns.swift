import PropertyTesting
import Testing
import TrainingCore

/// Leads twins through a run, which compares them at each batch and after it.
///
/// - Parameters:
///   - configuration: What is run.
///   - count: The number of training samples; half as many are held out.
///   - epochs: The epochs.
///   - threads: The threads of the optimized half.
///   - isExpected: Whether a difference is no issue, but for the caller to ask for.
/// - Returns: The run at its end.
/// - Throws: `RunError` for a number of samples that leaves a group of one.
@discardableResult
func runTwins(
  _ configuration: RunConfiguration, samples count: Int, epochs: Int = 2, threads: Int = 2,
  isExpected: Bool = false
) throws -> TrainingRun<Twins> {
  try configuration.validate(count: count)
  let training = Examples.random(count, for: configuration.model)
  let validation = Examples.random(count / 2, for: configuration.model, seed: 2)
  let twins = try Twins(configuration, threads: threads, isExpected: isExpected)
  var run = TrainingRun(twins, configuration)
  for epoch in 0..<epochs {
    let record = run.runEpoch(training: training, validation: validation)
    #expect(record?.epoch == epoch + 1)
  }
  _ = run.trainer.outputs(for: Batch(0..<count, of: training))
  return run
}
