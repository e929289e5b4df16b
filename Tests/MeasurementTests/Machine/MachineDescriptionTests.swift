import Foundation
import ProcessorCheck
import Testing

@testable import Measurement

@Test func thisMachineIsDescribed() throws {
  let machine = MachineDescription.current
  #expect(!machine.operatingSystem.isEmpty)
  #expect(machine.processorCount >= 1)
  #expect(machine.memoryBytes == ProcessInfo.processInfo.physicalMemory)
  #expect(machine.swiftCompiler.hasPrefix("6."))
  #expect(machine.instructionsAvailable == InstructionSet.available.description)
  #if DEBUG
    #expect(machine.buildConfiguration == "debug")
  #else
    #expect(machine.buildConfiguration == "release")
  #endif
  let decoded = try JSONDecoder().decode(
    MachineDescription.self, from: JSONEncoder().encode(machine))
  #expect(decoded == machine)
}

@Test func theDescriptionNamesNoHostUserOrFolder() throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .withoutEscapingSlashes
  let text = String(decoding: try encoder.encode(MachineDescription.current), as: UTF8.self)
  let keys = try #require(
    JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
  ).keys
  let allowed: Set = [
    "operatingSystem", "processor", "processorCount", "memoryBytes", "instructionsBuiltFor",
    "instructionsAvailable", "swiftCompiler", "buildConfiguration",
  ]
  #expect(allowed.isSuperset(of: keys))
  let home = NSHomeDirectory()
  #expect(home == "/" || !text.contains(home))
}

@Test func theModelNameIsTheFirstThatIsNotEmpty() {
  let text = """
    processor\t: 0
    vendor_id\t: GenuineIntel
    model\t\t: 85
    model name\t: \u{20}
    model name\t: Model: A @ 2.00GHz
    model name\t: Model B
    """
  #expect(MachineDescription.processorModel(inProcessorInformation: text) == "Model: A @ 2.00GHz")
  let arm = "processor\t: 0\nBogoMIPS\t: 50.00\nCPU part\t: 0xd0c\n"
  #expect(MachineDescription.processorModel(inProcessorInformation: arm) == nil)
  #expect(MachineDescription.processorModel(inProcessorInformation: "") == nil)
}
