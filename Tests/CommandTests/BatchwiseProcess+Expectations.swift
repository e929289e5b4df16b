import Testing

extension BatchwiseProcess {
  /// Expects that the program failed with one line on standard error, after one for each training
  /// that it finished, and nothing else.
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
    #expect(output.isEmpty != hasOutput, sourceLocation: location)
    let lines = self.errors.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { $0.prefixMatch(of: #/[0-9]+/[0-9]+ /#) != nil }
    let errors = lines.joined(separator: "\n")
    #expect(errors.hasPrefix("batchwise: "), "\(errors)", sourceLocation: location)
    #expect(errors.contains(part), "\(errors)", sourceLocation: location)
    #expect(
      errors.hasSuffix("\n") && errors.count(where: \.isNewline) == 1, "\(errors)",
      sourceLocation: location)
  }
}
