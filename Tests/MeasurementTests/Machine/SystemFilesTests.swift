import Foundation
import Testing

@testable import Measurement

@Suite struct SystemFilesTests {
  /// A folder that is gone after the test.
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  @Test func filesAreReadFromTheSystem() throws {
    try withFolder { folder in
      try Data("123\n".utf8).write(to: folder.appending(path: "a"))
      try Data(repeating: 0x37, count: 5000).write(to: folder.appending(path: "b"))
      let files = SystemFiles.system
      #expect(try files.names(folder.path).get().sorted() == ["a", "b"])
      #expect(try files.count(at: "\(folder.path)/a") == 123)
      #expect(try files.text("\(folder.path)/b").get().count == 4096)
      #expect(files.text("\(folder.path)/c") == .failure(.missing))
      #expect(files.names("\(folder.path)/c") == .failure(.missing))
      #expect(files.names("\(folder.path)/a") == .failure(.missing))
      #expect(files.text(folder.path) == .failure(SystemFiles.Fault(errno: EISDIR)))
    }
  }

  @Test(.enabled(if: geteuid() != 0)) func whatMayNotBeReadIsDenied() throws {
    try withFolder { folder in
      let path = folder.appending(path: "a").path
      try Data("123".utf8).write(to: URL(filePath: path))
      #expect(chmod(path, 0) == 0)
      #expect(SystemFiles.system.text(path) == .failure(.denied))
      let fault = ReadingFault("permission denied: \(path), which many systems let only root read")
      #expect(throws: fault) { try SystemFiles.system.count(at: path) }
    }
  }

  @Test func errorNumbersAreSortedOut() {
    for number in [EACCES, EPERM] { #expect(SystemFiles.Fault(errno: number) == .denied) }
    for number in [ENOENT, ENODEV, ENXIO, ENOTDIR] {
      #expect(SystemFiles.Fault(errno: number) == .missing)
    }
    #expect(SystemFiles.Fault(errno: EIO) == .failed(String(cString: strerror(EIO))))
  }

  /// As in sysfs: the tree's folder has links to the zones, wherever those are.
  @Test func aTreeIsReadThroughLinks() throws {
    try withFolder { folder in
      let manager = FileManager.default
      let root = folder.appending(path: "class")
      let zone = folder.appending(path: "devices/intel-rapl:0")
      try manager.createDirectory(at: root, withIntermediateDirectories: true)
      try manager.createDirectory(at: zone, withIntermediateDirectories: true)
      func write(_ text: String, _ name: String) throws {
        try Data("\(text)\n".utf8).write(to: zone.appending(path: name))
      }
      try write("package-0", "name")
      try write("262143328850", "max_energy_range_uj")
      try write("262143328850", "energy_uj")
      try manager.createSymbolicLink(
        at: root.appending(path: "intel-rapl:0"), withDestinationURL: zone)
      var count = PowercapSource(root: root.path).start()
      try write("99", "energy_uj")
      let counts = count.stop()
      #expect(counts.total.joules == Joules(microjoules: 100))
      #expect(counts.total.overhead > .zero)
    }
  }

  @Test func messagesStayShort() {
    let short = ReadingFault.noCount("a\nb", at: "path").description
    #expect(short == #"path holds "a\nb", which is no count"#)
    let long = ReadingFault.noCount(String(repeating: "x", count: 99), at: "path").description
    #expect(long == #"path holds "\#(String(repeating: "x", count: 24))" …, which is no count"#)
  }
}
