import Foundation
import Testing
@testable import Files

@Suite struct OutputErrorTests {
  @Test(arguments: [
    (ENOSPC, "No space left on device; free some space or choose another folder"),
    (EROFS, "Read-only file system; choose a folder that you may write to"),
    (EACCES, "Permission denied; choose a folder that you may write to"),
    (ENOTDIR, "Not a directory; a file stands where a folder is needed; choose another folder"),
    (EIO, "Input/output error; choose another folder"),
  ])
  func saysWhatToDo(code: Int32, reason: String) {
    let error = OutputError.system(action: "write", path: "out/report.html", code: code)
    #expect(error.description == "cannot write out/report.html: \(reason)")
  }

  @Test func staysInOneLine() {
    let errors = [
      OutputError.notEncodable(reason: "a\nb"), .invalidFileName("a\nb\u{1B}"),
      .system(action: "write", path: "a\nb", code: EIO),
    ]
    for error in errors {
      #expect(!error.description.contains { $0.isNewline || $0 == "\u{1B}" })
    }
  }
}

@Suite struct PrintableTests {
  @Test func replacesControlCharacters() {
    #expect(Printable.line("a\u{1B}[2Jb\u{7}") == "a\u{FFFD}[2Jb\u{FFFD}")
    #expect(Printable.line("one\ntwo\tthree\u{2028}") == "one two three ")
    #expect(Printable.line("手 é 🙂") == "手 é 🙂")
  }
}
