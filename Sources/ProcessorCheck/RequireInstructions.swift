import CProcessor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Ends the process with status 1, and one line on standard error, on a processor that lacks
/// instructions that the program was built for.
///
/// Call it before anything else. It uses no generic code of the standard library: where several
/// modules hold the same specialisation the linker keeps one, and that one may have been built
/// for the instructions that are missing here.
package func requireInstructions(_ built: InstructionSet) {
  let missing = built.rawValue & ~processor_available_features()
  if missing == 0 { return }
  writeError("batchwise: built for instructions that this processor lacks (")
  var separator: StaticString = ""
  var place: Int32 = 0
  while place < 64 {
    if missing & (1 << UInt64(place)) != 0 {
      writeError(separator)
      separator = ", "
      if let name = processor_feature_name(place) {
        _ = write(STDERR_FILENO, name, strlen(name))
      } else {
        writeError("unnamed")
      }
    }
    place += 1
  }
  writeError("); rebuild here with `swift build -c release`, ")
  writeError("or for every x86-64 processor with `BATCHWISE_CPU=x86-64 swift build -c release`\n")
  exit(1)
}

private func writeError(_ text: StaticString) {
  _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
}
