import Testing

extension BatchwiseProcess {
  /// Expects that the program failed with one line on standard error and nothing else.
  ///
  /// - Parameters:
  ///   - part: What the line contains.
  ///   - status: The exit status: 1 failed, 2 misused.
  ///   - location: The test's line.
  func expectFailure(
    _ part: String, status: Int32 = 1, sourceLocation location: SourceLocation = #_sourceLocation
  ) {
    #expect(self.status == status, "\(errors)", sourceLocation: location)
    #expect(output == "", sourceLocation: location)
    #expect(errors.hasPrefix("batchwise: "), "\(errors)", sourceLocation: location)
    #expect(errors.contains(part), "\(errors)", sourceLocation: location)
    #expect(
      errors.hasSuffix("\n") && errors.count(where: \.isNewline) == 1, "\(errors)",
      sourceLocation: location)
  }
}
