import Foundation

/// A small package in a folder of its own: the reference trainer with all mutants in it, and its
/// oracles, built once.
struct MutantPackage {
  private let folder: URL
  private let tests: URL

  /// The targets that are kept of the package's; the oracles and what they need.
  private static let targets = [
    "CZlib", "Datasets", "Files", "Fixtures", "GradientOracles", "GradientTests",
    "PropertyTesting", "ReferenceTraining", "ReferenceTrainingTests", "Statistics", "TrainingCore",
    "Verification",
  ]

  /// Makes the package and builds it.
  ///
  /// Its manifest is the real one with fewer targets, and all but the trainer is linked to.
  ///
  /// - Parameter folder: Its folder, which keeps what was built.
  /// - Throws: `MutantError.doesNotBuild`, or what the file system has against it.
  init(in folder: URL) throws {
    self.folder = folder
    let manifest = try String(
      contentsOf: Repository.root.appending(path: "Package.swift"), encoding: .utf8)
    try Self.write(manifest + Self.selection, to: folder.appending(path: "Package.swift"))
    for link in Self.links {
      let place = folder.appending(path: link)
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try? FileManager.default.removeItem(at: place)
      try FileManager.default.createSymbolicLink(
        at: place, withDestinationURL: Repository.root.appending(path: link))
    }
    try Self.writeTrainer(to: folder.appending(path: "Sources/ReferenceTraining"))
    let built = try Self.swift(["build", "--build-tests"], in: folder)
    guard built.status == 0 else {
      throw MutantError.doesNotBuild(output: String(built.output.suffix(4000)))
    }
    let path = try Self.swift(["build", "--show-bin-path"], in: folder).output
    tests = URL(fileURLWithPath: path.trimmingCharacters(in: .whitespacesAndNewlines))
      .appending(path: "BatchwisePackageTests.xctest")
  }

  private static let selection = """

    let kept = \(targets)
    package.targets.removeAll { !kept.contains($0.name) }
    package.products.removeAll()

    """

  /// Folders of the repository that the package has as they are.
  private static let links =
    ["Benchmarks", "Fixtures"]
    + targets.flatMap { ["Sources/\($0)", "Tests/\($0)"] }.filter {
      $0 != "Sources/ReferenceTraining"
        && FileManager.default.fileExists(atPath: Repository.root.appending(path: $0).path)
    }

  /// Writes the trainer with all mutants in it, and removes what it no longer has.
  private static func writeTrainer(to folder: URL) throws {
    let variants = try VariantFile.all
    var files = ["Variant.swift": chooser]
    for (path, text) in try Repository.swiftFiles(in: Repository.trainer) {
      let file = variants.first { $0.path == path }
      files[path] = try file?.applied(to: text) ?? text
    }
    for (path, text) in files { try write(text, to: folder.appending(path: path)) }
    for (path, _) in try Repository.swiftFiles(in: folder) where files[path] == nil {
      try FileManager.default.removeItem(at: folder.appending(path: path))
    }
  }

  private static let chooser = """
    import Foundation

    /// The mutant that is followed, by its name; none without the variable.
    let chosenVariant = Array((ProcessInfo.processInfo.environment["BATCHWISE_MUTANT"] ?? "").utf8)

    /// Whether a mutant is followed.
    @inline(never)
    func variant(_ name: StaticString) -> Bool {
      name.utf8CodeUnitCount == chosenVariant.count
        && name.withUTF8Buffer { $0.elementsEqual(chosenVariant) }
    }

    """

  /// Writes a file, unless it is there already: what hasn't changed isn't built again.
  private static func write(_ text: String, to file: URL) throws {
    guard (try? String(contentsOf: file, encoding: .utf8)) != text else { return }
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  /// A number that is the same for the same trainer, mutants and oracles.
  static func fingerprint() throws -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for part in links + ["Sources/ReferenceTraining", "Tests/MutantTests/Variants"] {
      for (path, text) in try Repository.swiftFiles(in: Repository.root.appending(path: part)) {
        for byte in (path + text).utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      }
    }
    return hash
  }

  /// Asks all oracles about a mutant, or about the trainer as it is.
  ///
  /// - Parameter mutant: The mutant.
  /// - Returns: Which oracles fail.
  /// - Throws: `MutantError.noVerdict` where one of them neither passes nor fails.
  func verdict(on mutant: Mutant?) throws -> Verdict {
    try Verdict(killers: Oracle.allCases.filter { try fails($0.rawValue, with: mutant) })
  }

  /// Whether a suite, or any of a target's, fails; the first issue decides.
  ///
  /// What replays recorded trainings, which takes long, is left out.
  func fails(_ suite: String, with mutant: Mutant?) throws -> Bool {
    #if os(Linux)
      let command = [tests.path, "--testing-library", "swift-testing"]
    #else
      let command = ["swift", "test", "--skip-build"]
    #endif
    let run = try Self.run(
      command + ["--filter", suite, "--skip", "Replay"], in: folder,
      // A failing case isn't made simpler: that it fails is all there is to know.
      ["BATCHWISE_ATTEMPTS": "0", "BATCHWISE_MUTANT": mutant?.name ?? ""],
      until: SuiteOutput.issue)
    guard let fails = SuiteOutput.fails(run.output) else {
      throw MutantError.noVerdict(suite, output: String(run.output.suffix(2000)))
    }
    return fails
  }

  private static func swift(
    _ arguments: [String], in folder: URL
  ) throws -> (status: Int32, output: String) {
    try run(["swift"] + arguments, in: folder, [:], until: nil)
  }

  /// Runs a command to its end, or until a text is in its output.
  private static func run(
    _ command: [String], in folder: URL, _ environment: [String: String], until mark: String?
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    var output = Data()
    while case let more = pipe.fileHandleForReading.availableData, !more.isEmpty {
      output += more
      if let mark, process.isRunning, output.range(of: Data(mark.utf8)) != nil {
        process.terminate()
        break
      }
    }
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}

/// What Swift Testing prints.
enum SuiteOutput {
  /// What it prints as soon as something is wrong.
  static let issue = " recorded an issue "

  /// Whether a run failed; nil where it ended before it had an answer, or ran no test.
  static func fails(_ output: String) -> Bool? {
    if output.contains(issue) { return true }
    let passes = #/Test run with [1-9]\d* tests? in \d+ suites? passed after /#
    return output.contains(passes) ? false : nil
  }
}
