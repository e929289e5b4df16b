import CommandLineTools
import Foundation

/// `batchwise adapter`: prints the file by which a framework's loops answer `verify --trainer`.
enum AdapterCommand {
  static let command = Command(
    name: "adapter",
    summary: "print the Python file that lets verify ask a PyTorch or JAX training loop",
    discussion: """
      The file needs nothing but the framework. verify --trainer puts it where the
      program's import finds it, so that a copy of one's own is needed only to read
      it, or to run the program elsewhere.
      """,
    operands: [.init("FRAMEWORK", help: "pytorch or jax")],
    run: run)

  /// The adapters by the names of their modules' files.
  static var files: [String: Data] {
    [
      "batchwise_pytorch.py": Data(PackageResources.batchwise_pytorch_py),
      "batchwise_jax.py": Data(PackageResources.batchwise_jax_py),
    ]
  }

  private static func run(_ arguments: Arguments) throws {
    let name = arguments.operands[0]
    guard let file = files["batchwise_\(name).py"] else {
      throw CommandError.misuse("there is no adapter '\(name)': use pytorch or jax")
    }
    try Console.text(String(decoding: file, as: UTF8.self))
  }
}
