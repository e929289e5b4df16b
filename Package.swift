// swift-tools-version: 6.2
import PackageDescription

/// The instruction level that numeric code is built for.
///
/// On x86-64, `BATCHWISE_CPU` names it (`x86-64`, `x86-64-v3`, `x86-64-v4`, or anything that
/// clang's `-march` takes); without it, the machine that builds. On arm64 the host's default
/// already has fused multiply-add and vectors, so nothing is passed.
///
/// `-fno-math-errno` because C's `sqrt` may set `errno`, and Swift's `squareRoot()` would inherit a
/// call to it that no loop vectorises across; the result is the same.
let instructionLevel: [String] = {
  let common = ["-Xcc", "-fno-math-errno"]
  #if arch(x86_64)
    return common + ["-Xcc", "-march=\(Context.environment["BATCHWISE_CPU"] ?? "native")"]
  #else
    return common
  #endif
}()

/// Settings of targets that compute: built for the instruction level, and optimised in debug
/// builds too, so that a plain `swift test` trains real models in seconds.
///
/// Optimised as a whole module, as release builds are: file by file, generic code is not
/// specialised across files. The driver wants more than one thread for that where a debug build
/// also writes an index.
let numeric: [SwiftSetting] = [
  .unsafeFlags(instructionLevel),
  .unsafeFlags(
    ["-O", "-whole-module-optimization", "-disable-batch-mode", "-num-threads", "2"],
    .when(configuration: .debug)),
]

/// Settings of numeric targets whose generic code other targets run with numbers of their own: its
/// bodies are visible to them, and are specialised there.
let generic = numeric + [.unsafeFlags(["-cross-module-optimization"])]

let package = Package(
  name: "Batchwise",
  platforms: [.macOS("26.0")],
  products: [
    .library(name: "TrainingCore", targets: ["TrainingCore"]),
    .library(name: "ReferenceTraining", targets: ["ReferenceTraining"]),
    .library(name: "OptimizedTraining", targets: ["OptimizedTraining"]),
    .library(name: "Verification", targets: ["Verification"]),
    .executable(name: "batchwise", targets: ["batchwise"]),
    .executable(name: "benchmarks", targets: ["benchmarks"]),
  ],
  targets: [
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .yum(["zlib-devel"]), .brew(["zlib"])]),
    .systemLibrary(name: "CProcessor"),
    .target(
      name: "TrainingCore", swiftSettings: numeric,
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .target(
      name: "Datasets", dependencies: ["CZlib", "Fixtures", "TrainingCore"],
      swiftSettings: numeric),
    .target(name: "ReferenceTraining", dependencies: ["TrainingCore"], swiftSettings: generic),
    .target(
      name: "OptimizedTraining", dependencies: ["CProcessor", "TrainingCore"],
      swiftSettings: numeric),
    .target(
      name: "Verification",
      dependencies: ["Files", "ReferenceTraining", "Statistics", "TrainingCore"],
      exclude: ["ForeignTrainers/Protocol.md"], swiftSettings: generic),
    .target(name: "Files", dependencies: ["TrainingCore"], swiftSettings: numeric),
    .target(name: "Statistics", dependencies: ["TrainingCore"], swiftSettings: numeric),
    .target(name: "ProcessorCheck", dependencies: ["CProcessor"]),
    .target(
      name: "Measurement", dependencies: ["CProcessor", "ProcessorCheck", "Statistics"],
      swiftSettings: numeric),
    .target(
      name: "Studies",
      dependencies: [
        "CommandLineTools", "Datasets", "Files", "Measurement", "Reporting", "Statistics",
        "TrainingCore",
      ],
      swiftSettings: numeric),
    .target(
      name: "Reporting",
      dependencies: ["Files", "Measurement", "Statistics"]),
    .target(
      name: "Fixtures", path: "Fixtures",
      exclude: ["images-to-idx.py", "rebuild-fashion-mnist.py"],
      resources: [.copy("README.md"), .copy("fashion-mnist-10k"), .copy("mnist-5k")]),
    .target(
      name: "CommandLineTools",
      dependencies: [
        "Datasets", "Files", "Measurement", "OptimizedTraining", "ReferenceTraining", "Reporting",
        "TrainingCore",
      ]),
    .executableTarget(
      name: "batchwise",
      dependencies: [
        "CommandLineTools", "Datasets", "Files", "Measurement", "OptimizedTraining",
        "ProcessorCheck", "ReferenceTraining", "Reporting", "Statistics", "Studies", "TrainingCore",
        "Verification",
      ],
      resources: [
        .embedInCode("Adapters/batchwise_jax.py"), .embedInCode("Adapters/batchwise_pytorch.py"),
      ]),
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "CommandLineTools", "Datasets", "Files", "Measurement", "OptimizedTraining",
        "ProcessorCheck", "ReferenceTraining", "Reporting", "Statistics", "TrainingCore",
      ],
      path: "Benchmarks", exclude: ["Peers", "SCHEMA.md"]),
    .target(
      name: "PropertyTesting", dependencies: ["Statistics", "TrainingCore"],
      path: "Tests/PropertyTesting", resources: [.copy("Corpus")], swiftSettings: numeric),
    .target(
      name: "GradientOracles",
      dependencies: ["PropertyTesting", "ReferenceTraining", "TrainingCore"],
      path: "Tests/GradientOracles", swiftSettings: generic),
    .testTarget(
      name: "PropertyTestingTests", dependencies: ["PropertyTesting", "TrainingCore"]),
    .testTarget(name: "TrainingCoreTests", dependencies: ["PropertyTesting", "TrainingCore"]),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["CZlib", "Datasets", "Fixtures", "PropertyTesting", "TrainingCore"],
      swiftSettings: numeric),
    .testTarget(
      name: "ReferenceTrainingTests",
      dependencies: [
        "Files", "Datasets", "GradientOracles", "PropertyTesting", "ReferenceTraining",
        "TrainingCore",
      ],
      swiftSettings: numeric),
    .testTarget(
      name: "OptimizedTrainingTests", dependencies: ["OptimizedTraining", "TrainingCore"],
      swiftSettings: numeric),
    .testTarget(
      name: "EquivalenceTests",
      dependencies: [
        "Files", "Datasets", "OptimizedTraining", "PropertyTesting", "ReferenceTraining",
        "TrainingCore",
      ],
      swiftSettings: numeric),
    .testTarget(
      name: "GradientTests",
      dependencies: [
        "Datasets", "GradientOracles", "PropertyTesting", "ReferenceTraining", "TrainingCore",
        "Verification",
      ],
      swiftSettings: numeric),
    .testTarget(name: "MutantTests", exclude: ["Results.md", "Variants"]),
    .testTarget(
      name: "VerificationTests",
      dependencies: [
        "Datasets", "OptimizedTraining", "PropertyTesting", "ReferenceTraining", "TrainingCore",
        "Verification",
      ],
      swiftSettings: numeric),
    .testTarget(
      name: "FilesTests", dependencies: ["Files", "ReferenceTraining", "TrainingCore"],
      exclude: ["Checkpoints/Resources"]),
    .testTarget(
      name: "StatisticsTests", dependencies: ["Measurement", "PropertyTesting", "Statistics"]),
    .testTarget(
      name: "MeasurementTests",
      dependencies: ["Measurement", "ProcessorCheck", "PropertyTesting", "Statistics"]),
    .testTarget(name: "ProcessorCheckTests", dependencies: ["CProcessor", "ProcessorCheck"]),
    .testTarget(
      name: "ReportingTests",
      dependencies: ["Files", "Measurement", "PropertyTesting", "Reporting", "Statistics"]),
    .testTarget(
      name: "StudiesTests",
      dependencies: [
        "CommandLineTools", "Datasets", "Files", "GradientOracles", "Measurement",
        "OptimizedTraining", "PropertyTesting", "ReferenceTraining", "Reporting", "Statistics",
        "Studies", "TrainingCore",
      ]),
    .testTarget(
      name: "CommandLineToolsTests",
      dependencies: [
        "CommandLineTools", "Measurement", "OptimizedTraining", "ReferenceTraining", "TrainingCore",
      ]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "batchwise", "benchmarks", "Files", "CommandLineTools", "Reporting", "Studies",
        "TrainingCore", "Verification",
      ]),
    .testTarget(
      name: "BenchmarksTests",
      dependencies: [
        "benchmarks", "CommandLineTools", "Datasets", "Files", "Measurement", "OptimizedTraining",
        "PropertyTesting", "ReferenceTraining", "Reporting", "Statistics", "TrainingCore",
      ]),
  ],
  swiftLanguageModes: [.v6]
)

// With `BATCHWISE_TESTS=A,B`, these test targets and what they need are the whole package, for a
// build with a sanitizer that is of no use to the rest.
if let names = Context.environment["BATCHWISE_TESTS"] {
  var needed: Set<String> = []
  func need(_ name: String) {
    guard needed.insert(name).inserted else { return }
    for dependency in package.targets.first(where: { $0.name == name })?.dependencies ?? [] {
      if case .byNameItem(let name, _) = dependency { need(name) }
    }
  }
  names.split(separator: ",").forEach { need(String($0)) }
  package.targets.removeAll { !needed.contains($0.name) }
  package.products = []
}
