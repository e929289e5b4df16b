import Foundation
import ProcessorCheck

#if canImport(Darwin)
  import Darwin
#endif

/// The machine and the build that figures come from, with nothing that names a person, a host or
/// a folder.
public struct MachineDescription: Codable, Hashable, Sendable {
  /// The operating system's name and version.
  public let operatingSystem: String

  /// The processor's model name; nil where the system doesn't tell.
  public let processor: String?

  /// The number of logical processors that the process may use.
  public let processorCount: Int

  /// The size of the memory, in bytes.
  public let memoryBytes: UInt64

  /// The instruction level, and the features beyond it, that the numeric code was built for.
  public let instructionsBuiltFor: String

  /// The instruction level, and the features beyond it, that the processor has.
  public let instructionsAvailable: String

  /// The version of the Swift compiler, to the minor version.
  public let swiftCompiler: String

  /// `debug` or `release`; numeric code is optimised in both.
  public let buildConfiguration: String

  /// The machine that runs this, and the build of this.
  public static var current: MachineDescription {
    MachineDescription(
      operatingSystem: systemName + ProcessInfo.processInfo.operatingSystemVersionString,
      processor: currentProcessor,
      processorCount: ProcessInfo.processInfo.activeProcessorCount,
      memoryBytes: ProcessInfo.processInfo.physicalMemory,
      instructionsBuiltFor: InstructionSet(rawValue: builtInstructionSet()).description,
      instructionsAvailable: InstructionSet.available.description,
      swiftCompiler: compilerVersion, buildConfiguration: configuration)
  }

  /// Finds the processor's model name in the text of Linux's `/proc/cpuinfo`.
  ///
  /// - Parameter text: the file's text.
  /// - Returns: the first `model name` that is not empty; nil when there is none, as on arm64.
  static func processorModel(inProcessorInformation text: String) -> String? {
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == "model name"
      else { continue }
      let name = parts[1].trimmingCharacters(in: .whitespaces)
      if !name.isEmpty { return name }
    }
    return nil
  }

  /// What the system's version string leaves out.
  private static var systemName: String {
    #if os(macOS)
      "macOS "
    #else
      ""
    #endif
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
