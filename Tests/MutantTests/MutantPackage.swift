import Foundation

/// A small package in a folder of its own: the reference trainer and its oracles, with a mutant in
/// place of one source file.
struct MutantPackage {
  private let folder: URL

  /// What is copied, file by file where a target isn't needed as a whole.
  private static let parts = [
    "Sources/TrainingCore", "Sources/ReferenceTraining",
    "Sources/Verification/ModelLaws/ConvergenceOrder.swift", "Tests/PropertyTesting",
    "Tests/GradientOracles",
    "Tests/GradientTests",
  ]

  /// Makes the package, with the settings of the real one.
  ///
  /// - Parameter folder: Its folder, which keeps what was built.
  /// - Throws: What the file system has against it.
  init(in folder: URL) throws {
    self.folder = folder
    for part in Self.parts {
      let copy = folder.appending(path: part)
      try FileManager.default.createDirectory(
        at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
      if FileManager.default.fileExists(atPath: copy.path) {
        try FileManager.default.removeItem(at: copy)
      }
      let original = Repository.root.appending(path: part).resolvingSymlinksInPath()
      try FileManager.default.copyItem(at: original, to: copy)
    }
    let real = try String(
      contentsOf: Repository.root.appending(path: "Package.swift"), encoding: .utf8)
    let settings = real.components(separatedBy: "let package = Package(")[0]
    try (settings + Self.manifest).write(
      to: folder.appending(path: "Package.swift"), atomically: true, encoding: .utf8)
  }

  /// The trainer's module is closed: none of its code is compiled into the tests, so that they
  /// needn't be compiled again for each mutant.
  private static let manifest = """
    let closed = numeric + [SwiftSetting.unsafeFlags(["-disable-cmo"])]

    let package = Package(
      name: "Mutants",
      platforms: [.macOS("26.0")],
      targets: [
        .target(
          name: "TrainingCore", swiftSettings: numeric,
          linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
        .target(name: "ReferenceTraining", dependencies: ["TrainingCore"], swiftSettings: closed),
        .target(name: "Verification", swiftSettings: numeric),
        .target(
          name: "PropertyTesting", dependencies: ["TrainingCore"], path: "Tests/PropertyTesting",
          resources: [.copy("Corpus")], swiftSettings: numeric),
        .target(
          name: "GradientOracles",
          dependencies: ["PropertyTesting", "ReferenceTraining", "TrainingCore"],
          path: "Tests/GradientOracles", swiftSettings: numeric),
        .testTarget(
          name: "GradientTests",
          dependencies: [
            "GradientOracles", "PropertyTesting", "ReferenceTraining", "TrainingCore",
            "Verification",
          ],
          exclude: ["RealImageGradientTests.swift"], swiftSettings: numeric),
      ],
      swiftLanguageModes: [.v6]
    )

    """

  /// A number that is the same for the same sources, whatever mutant is in them.
  static func fingerprint() throws -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for part in parts {
      let place = Repository.root.appending(path: part).resolvingSymlinksInPath()
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder)
      let names =
        isFolder.boolValue
        ? try FileManager.default.subpathsOfDirectory(atPath: place.path).sorted() : []
      let files = isFolder.boolValue ? names.map { place.appending(path: $0) } : [place]
      for file in files where file.pathExtension == "swift" {
        for byte in try Data(contentsOf: file) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      }
    }
    return hash
  }

  /// Builds a mutant and asks the oracles.
  ///
  /// - Parameter mutant: The mutant, or nil for the trainer as it is.
  /// - Returns: Which oracles fail.
  /// - Throws: `MutantError` where there is no answer.
  func verdict(on mutant: Mutant?) throws -> Verdict {
    guard let mutant else { return try ask() }
    let file = folder.appending(path: "Sources/ReferenceTraining/\(mutant.file)")
    let source = try String(contentsOf: file, encoding: .utf8)
    guard let changed = mutant.applied(to: source) else {
      throw MutantError.doesNotApply(mutant.description)
    }
    try changed.write(to: file, atomically: true, encoding: .utf8)
    defer { try? source.write(to: file, atomically: true, encoding: .utf8) }
    return try ask()
  }

  private func ask() throws -> Verdict {
    let built = try swift(["build", "--build-tests"])
    guard built.status == 0 else {
      throw MutantError.doesNotBuild(output: String(built.output.suffix(2000)))
    }
    let filter = Oracle.allCases.map(\.rawValue).joined(separator: "|")
    return try Verdict(of: swift(["test", "--skip-build", "--filter", filter]).output)
  }

  private func swift(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let log = folder.appending(path: "log.txt")
    guard FileManager.default.createFile(atPath: log.path, contents: nil) else {
      throw MutantError.doesNotStart(log.path)
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["swift"] + arguments
    process.currentDirectoryURL = folder
    // A failing case isn't made simpler: that it fails is all there is to know.
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["BATCHWISE_ATTEMPTS": "0"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    let handle = try FileHandle(forWritingTo: log)
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    process.waitUntilExit()
    let data = try Data(contentsOf: log)
    return (process.terminationStatus, String(bytes: data, encoding: .utf8) ?? "")
  }
}
