import Testing

extension BatchwiseProcess {
  /// The lines that a study prints for what it has finished, such as `3/18 mlp-1 · adam`.
  var progress: [Substring] {
    output.split(separator: "\n").filter { $0.prefixMatch(of: #/[0-9]+/[0-9]+ /#) != nil }
  }

  /// Expects that the program failed with one line on standard error, and on standard output
  /// nothing but lines for what it had finished.
  ///
  /// - Parameters:
  ///   - part: What the line contains.
  ///   - status: The exit status: 1 failed, 2 misused.
  ///   - hasOutput: Whether it printed what it could on standard output before.
  ///   - location: The test's line.
  func expectFailure(
    _ part: String, status: Int32 = 1, hasOutput: Bool = false,
    sourceLocation location: SourceLocation = #_sourceLocation
  ) {
    #expect(self.status == status, "\(errors)", sourceLocation: location)
    let lines = output.split(separator: "\n")
    #expect((lines.count > progress.count) == hasOutput, "\(output)", sourceLocation: location)
    #expect(errors.hasPrefix("batchwise: "), "\(errors)", sourceLocation: location)
    #expect(errors.contains(part), "\(errors)", sourceLocation: location)
    #expect(
      errors.hasSuffix("\n") && errors.count(where: \.isNewline) == 1, "\(errors)",
      sourceLocation: location)
  }
}
