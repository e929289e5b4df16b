/// Why a data set can't be had: the place and the problem, in one line.
public struct DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A position inside a file.
  public enum Position: Hashable, Sendable {
    /// Bytes from the start of the file.
    case byte(Int)
    /// Bytes from the start of what a gzipped file unpacks to.
    case unpackedByte(Int)
  }

  /// The file, folder or name that the problem is with.
  public let path: String
  /// Where in the file, if the problem has a place there.
  public let position: Position?
  /// What is wrong.
  public let problem: Problem

  init(_ path: String, at position: Position? = nil, _ problem: Problem) {
    self.path = path
    self.position = position
    self.problem = problem
  }

  /// The place and the problem, in one line.
  public var description: String {
    switch position {
    case nil: "\(path): \(problem)"
    case .byte(let offset): "\(path): at byte \(offset): \(problem)"
    case .unpackedByte(let offset): "\(path): at unpacked byte \(offset): \(problem)"
    }
  }
}
