import Foundation

/// The data sets that the package carries as resources, and where they are now.
///
/// The accessor that the build generates, `Bundle.module`, ends the process when the resources
/// aren't there, as when only the executable was copied. This one gives nil instead.
package enum EmbeddedDatasets {
  /// The environment variable that names the resources' folder, before any other place.
  package static let environmentVariable = "BATCHWISE_FIXTURES"

  /// The names of the embedded data sets, each a folder of four IDX files.
  package static let names = ["fashion-mnist-10k", "mnist-5k"]

  /// The folder that holds the embedded data sets, or nil where there is none.
  ///
  /// If the environment names a folder, no other is looked at. Else it is the resource bundle next
  /// to the executable or, where tests run inside another program, next to the loaded bundle.
  package static var folder: URL? {
    folder(
      environment: ProcessInfo.processInfo.environment,
      besides: [
        Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent(),
        Bundle.main.resourceURL,
        Bundle(for: Anchor.self).bundleURL.deletingLastPathComponent(),
        Bundle(for: Anchor.self).resourceURL,
      ].compactMap { $0 })
  }

  /// The first folder that holds the embedded data sets: the one that the environment names, or the
  /// resource bundle in one of these places, the most likely first.
  static func folder(environment: [String: String], besides places: [URL]) -> URL? {
    if let named = environment[environmentVariable], !named.isEmpty {
      let folder = URL(fileURLWithPath: named, isDirectory: true)
      return isFolder(folder) ? folder : nil
    }
    return places.lazy
      .flatMap { place in ["resources", "bundle"].map { (place, $0) } }
      .flatMap { place, suffix in
        let bundle = place.appendingPathComponent("Batchwise_Fixtures.\(suffix)", isDirectory: true)
        return [bundle, bundle.appendingPathComponent("Contents/Resources", isDirectory: true)]
      }
      .first { bundle in
        names.contains { isFolder(bundle.appendingPathComponent($0, isDirectory: true)) }
      }
  }

  private static func isFolder(_ url: URL) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory)
      && isDirectory.boolValue
  }

  /// A class of this module, so that Foundation can tell which bundle it was loaded from.
  private final class Anchor {}
}
