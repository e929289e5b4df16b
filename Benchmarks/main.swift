import Foundation
import Measurement
import ProcessorCheck

requireInstructions(InstructionSet(rawValue: builtInstructionSet()))
exit(Program.run(Array(CommandLine.arguments.dropFirst())))
