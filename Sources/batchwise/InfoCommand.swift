import CommandLineTools
import Datasets
import Measurement
import Reporting
import TrainingCore

/// `batchwise info`: version, processor, instruction level, data sets and models.
enum InfoCommand {
  static let command = Command(
    name: "info", summary: "version, processor, instruction level, data sets and models", run: run)

  private static func run(_ arguments: Arguments) throws {
    let machine = MachineDescription.current
    let rows = [
      ("Batchwise", Program.version), ("processor", machine.processor ?? "–"),
      ("cores", String(machine.processorCount)), ("memory", "\(machine.memoryBytes >> 30) GiB"),
      ("system", machine.operatingSystem), ("built for", machine.instructionsBuiltFor),
      ("processor has", machine.instructionsAvailable),
      ("compiler", "Swift \(machine.swiftCompiler), \(machine.buildConfiguration)"),
    ]
    for line in Command.columns(rows) { try Console.line(line) }
    try Console.line()
    try Console.line(
      TextTable(
        ["data set", "here", "what it is"],
        rows: DatasetCatalog().entries.map { [$0.name, $0.isAvailable ? "yes" : "no", $0.summary] }
      ).terminalText())
    try Console.line()
    let models = TextTable(
      columns: [.left("model"), .right("parameters"), .right("FLOPs/image")],
      rows: try ModelSpec.names.map { name in
        let cost = ModelCost(of: try ModelSpec(named: name))
        return [.text(name), .count(cost.parameters), .count(cost.flops)]
      })
    try Console.line(models.terminalText())
    try Console.line(Command.paragraph("A model is also \(ModelSpec.spelling)."))
  }
}
