import Foundation
import Measurement
import ProcessorCheck
import Reporting
import TrainingCore

requireInstructions(InstructionSet(rawValue: builtInstructionSet()))

let usage = """
  usage: benchmarks [MODEL …]

  Times a training step of each model (default: mlp-1) in the reference trainer, on
  one thread, at batch sizes 1, 16, 64 and 128, with SGD and with Adam.
  """
let names = Array(CommandLine.arguments.dropFirst())
if names.contains(where: { $0.hasPrefix("-") }) {
  let asksForHelp = names.contains("--help")
  print(usage)
  exit(asksForHelp ? 0 : 2)
}
do {
  var table = TextTable(
    columns: [
      .init("model", alignment: .left), .init("optimizer", alignment: .left),
      .init("batch", alignment: .right), .init("step", unit: "µs"), .init("from", unit: "µs"),
      .init("to", unit: "µs"), .init("rate", unit: "GFLOP/s"), .init("steps", alignment: .right),
    ])
  for name in names.isEmpty ? ["mlp-1"] : names {
    let model = try ModelSpec(named: name)
    for optimizer in [OptimizerSpec.sgd(SGDSpec()), .adam(AdamSpec())] {
      for batchSize in [1, 16, 64, 128] {
        let benchmark = TrainingBenchmark(
          model: model, optimizer: optimizer, batchSize: batchSize)
        let sample = try benchmark.measure(seconds: Seconds(1))
        let interval = sample.medianInterval()
        table.rows.append([
          .text(name), .text(optimizer.name), .number(Double(batchSize), .decimals(0)),
          .number(sample.median.value * 1e6, .significant(4)),
          .number(interval.map { $0.lower.value * 1e6 }, .significant(4)),
          .number(interval.map { $0.upper.value * 1e6 }, .significant(4)),
          .number(Double(benchmark.flopsPerStep) / sample.median.value / 1e9, .significant(3)),
          .number(Double(sample.calls.count), .decimals(0)),
        ])
      }
    }
  }
  let machine = MachineDescription.current
  print(table.terminalText())
  print("Median and its 95 % interval, one thread, reference trainer.")
  print("\(machine.processor ?? "unknown processor"), built for \(machine.instructionsBuiltFor),")
  print("Swift \(machine.swiftCompiler), \(machine.buildConfiguration)")
} catch {
  try? FileHandle.standardError.write(contentsOf: Data("benchmarks: \(error)\n".utf8))
  exit(error is ModelError ? 2 : 1)
}
