import Foundation
import ProcessorCheck
import Testing

@testable import Measurement

@Test func theBuildRunsHere() {
  #expect(InstructionSet(rawValue: builtInstructionSet()).isSubset(of: .available))
}

#if arch(x86_64)
  /// The compiler's own detection of the processor is the oracle for this project's.
  ///
  /// This test's module is built for the baseline, so a mask taken from here would be empty.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["BATCHWISE_CPU"] == nil))
  func aNativeBuildUsesAllThatTheProcessorHas() {
    let built = InstructionSet(rawValue: builtInstructionSet())
    #expect(built.names == InstructionSet.available.names)
  }
#endif
