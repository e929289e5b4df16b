import TrainingCore

/// Why a data set can't be had: the place and the problem, in one line.
package struct DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A position inside a file.
  package enum Position: Hashable, Sendable {
    /// Bytes from the start of the file.
    case byte(Int)
    /// Bytes from the start of what a gzipped file unpacks to.
    case unpackedByte(Int)
  }

  /// The file, folder or name that the problem is with.
  package let path: String
  /// Where in the file, if the problem has a place there.
  package let position: Position?
  package let problem: Problem

  init(_ path: String, at position: Position? = nil, _ problem: Problem) {
    self.path = path
    self.position = position
    self.problem = problem
  }

  package var description: String {
    switch position {
    case nil: "\(path): \(problem)"
    case .byte(let offset): "\(path): at byte \(offset): \(problem)"
    case .unpackedByte(let offset): "\(path): at unpacked byte \(offset): \(problem)"
    }
  }
}

extension DatasetError {
  /// What is wrong with a file, a folder or a name; `description` says it in words.
  package enum Problem: Hashable, Sendable {
    case unreadable(reason: String)
    case notAFile(found: String)
    case noSuchFolder
    case notAFolder
    case missingFile(stem: String)
    case severalDatasets([String])

    case corruptGzip(reason: String)
    case truncatedGzip
    case garbageAfterGzip

    case wrongMagic(found: [UInt8])
    case unknownType(UInt8)
    case unsupportedType(UInt8, name: String)
    case extentsOverflow([Int])
    case extentsExceedFile([Int], expected: Int, atMost: Int)
    case truncated(part: String, expected: Int, found: Int)
    case trailingBytes(expected: Int)

    case wrongDimensions(expected: String, found: [Int])
    case empty([Int])
    case countsDisagree(labels: Int, images: Int)
    case shapesDisagree(training: ImageShape, test: ImageShape)
    case labelOutOfRange(UInt8, classCount: Int)
    case impossibleClassCount(Int)
    case unusable(reason: String)

    case notInstalled(package: String, folder: String)
    case embeddedDataMissing(environmentVariable: String)
    case unknownName(known: [String], nearest: String?)
  }
}

extension DatasetError.Problem: CustomStringConvertible {
  /// What is wrong, what was expected, and what to do about it.
  package var description: String {
    switch self {
    case .unreadable(let reason): "can't be read: \(reason)"
    case .notAFile(let found): "a file is expected here, but this is \(found)"
    case .noSuchFolder: "no such folder"
    case .notAFolder:
      "a folder with four IDX files or CIFAR's .bin files is expected here, but this is a file: "
        + "batchwise import makes such a folder of NumPy and CSV files"
    case .missingFile(let stem):
      "no \(stem) here; a data set is a folder with "
        + DatasetFile.allCases.map { $0.stem }.joined(separator: ", ")
        + ", or with CIFAR-10's data_batch_1.bin to data_batch_5.bin and \(CIFAR.ten.testFile)"
        + ", or CIFAR-100's train.bin and test.bin, each with or without .gz; batchwise import "
        + "makes one of NumPy and CSV files"
    case .severalDatasets(let paths):
      "several data sets are here: name one of \(paths.joined(separator: ", "))"

    case .corruptGzip(let reason): "corrupt gzip: zlib says \(reason); get the file again"
    case .truncatedGzip: "truncated: the file ends inside its gzip stream; get the file again"
    case .garbageAfterGzip: "the end of the file is expected after the gzip stream, found more"

    case .wrongMagic(let found):
      "not an IDX file: expected 00 00 and a type, found \(found.map(hexadecimal).joined(separator: " "))"
    case .unknownType(let code):
      "unknown IDX type 0x\(hexadecimal(code)): expected 0x08, unsigned bytes"
    case .unsupportedType(let code, let name):
      "IDX type 0x\(hexadecimal(code)), \(name), isn't supported: expected 0x08, unsigned bytes"
    case .extentsOverflow(let extents): "dimensions \(product(extents)) overflow"
    case .extentsExceedFile(let extents, let expected, let atMost):
      "dimensions \(product(extents)) promise \(expected) bytes, "
        + "but a gzip file of this size unpacks to at most \(atMost)"
    case .truncated(let part, let expected, let found):
      "truncated: \(expected) bytes of \(part) expected, found \(found)"
    case .trailingBytes(let expected):
      "the end is expected after \(expected) bytes of elements, found more"

    case .wrongDimensions(let expected, let found):
      "expected dimensions \(expected), found \(found.isEmpty ? "none" : product(found))"
    case .empty(let extents): "nothing here: dimensions are \(product(extents))"
    case .countsDisagree(let labels, let images):
      "\(labels) labels, but \(images) images: their numbers must be equal"
    case .shapesDisagree(let training, let test):
      "test images are \(test), but training images \(training)"
    case .labelOutOfRange(let label, let classCount):
      "label \(label) is out of range: \(classCount) classes, so 0 to \(classCount - 1) expected"
    case .impossibleClassCount(let count):
      "\(count) classes: a label is one byte, so 2 to 256 are possible"
    case .unusable(let reason): reason

    case .notInstalled(let package, let folder):
      "not installed: on Debian or Ubuntu, apt-get install \(package) puts it into \(folder)"
    case .embeddedDataMissing(let variable):
      "the embedded data isn't next to the program, nor where the environment variable \(variable) "
        + "says, if it is set: copy the folder Batchwise_Fixtures.resources to the program, or name "
        + "it in that variable"
    case .unknownName(let known, let nearest):
      "no such data set or folder; "
        + (nearest.map { "did you mean \($0)? Known" } ?? "known")
        + " are \(known.joined(separator: ", ")), or the path of a folder"
    }
  }

  private func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  private func product(_ extents: [Int]) -> String {
    extents.map(String.init).joined(separator: "×")
  }
}
