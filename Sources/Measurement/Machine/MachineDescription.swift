import CProcessor
import Foundation
import ProcessorCheck

#if canImport(Darwin)
  import Darwin
#endif

/// The machine and the build that figures come from, with nothing that names a person, a host or
/// a folder.
package struct MachineDescription: Codable, Hashable, Sendable {
  package let operatingSystem: String
  /// The processor's model name; nil where the system doesn't tell.
  package let processor: String?
  /// The number of logical processors that the process may use.
  package let processorCount: Int
  package let memoryBytes: UInt64
  /// The instruction level, and the features beyond it, that the numeric code was built for.
  package let instructionsBuiltFor: String
  /// The instruction level, and the features beyond it, that the processor has.
  package let instructionsAvailable: String
  /// The version of the Swift compiler, to the minor version.
  package let swiftCompiler: String
  /// `debug` or `release`; numeric code is optimised in both.
  package let buildConfiguration: String

  package static var current: MachineDescription {
    // Version strings of macOS leave the system's name out.
    #if os(macOS)
      let systemName = "macOS "
    #else
      let systemName = ""
    #endif
    return MachineDescription(
      operatingSystem: systemName + ProcessInfo.processInfo.operatingSystemVersionString,
      processor: currentProcessor,
      processorCount: ProcessInfo.processInfo.activeProcessorCount,
      memoryBytes: ProcessInfo.processInfo.physicalMemory,
      instructionsBuiltFor: InstructionSet(rawValue: builtInstructionSet()).description,
      instructionsAvailable: InstructionSet.available.description,
      swiftCompiler: compilerVersion, buildConfiguration: configuration)
  }

  /// The first `model name` that is not empty in Linux's `/proc/cpuinfo`; nil where there is none,
  /// as on arm64.
  static func processorModel(inProcessorInformation text: String) -> String? {
    text.split(whereSeparator: \.isNewline).lazy.compactMap { line in
      let parts = line.split(separator: ":", maxSplits: 1)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      return parts.count == 2 && parts[0] == "model name" && !parts[1].isEmpty ? parts[1] : nil
    }.first
  }

  private static var currentProcessor: String? {
    #if canImport(Darwin)
      var size = 0
      guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0 else { return nil }
      var bytes = [UInt8](repeating: 0, count: size)
      guard sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0) == 0 else {
        return nil
      }
      let name = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      return name.isEmpty ? nil : name
    #else
      return (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))
        .flatMap(processorModel(inProcessorInformation:))
    #endif
  }

  private static var compilerVersion: String {
    #if compiler(>=6.5)
      "6.5 or later"
    #elseif compiler(>=6.4)
      "6.4"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  private static var configuration: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }
}

/// The mask of the instructions that this module, and every other numeric one, was built for.
///
/// It is the raw value of an `InstructionSet`, one bit a feature; 0 where there is no choice of
/// instructions. Returning a constant is all that the function does, so that no instruction which a
/// processor may lack can run before the check. It is not inlined because in another module the same
/// expression has another value.
@inline(never)
package func builtInstructionSet() -> UInt64 { processor_built_features() }
