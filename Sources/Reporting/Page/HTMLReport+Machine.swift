import Measurement

extension HTMLReport.Fact {
  /// What a page's foot says of the machine.
  package static func facts(of machine: MachineDescription) -> [HTMLReport.Fact] {
    [
      .init("Processor", machine.processor),
      .init("Logical processors", String(machine.processorCount)),
      .init("Memory", "\(machine.memoryBytes >> 30) GiB"),
      .init("Operating system", machine.operatingSystem),
      .init("Built for", machine.instructionsBuiltFor),
      .init("Compiler", "Swift \(machine.swiftCompiler), \(machine.buildConfiguration)"),
    ]
  }
}
