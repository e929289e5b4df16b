import Foundation
import Testing
@testable import Files

/// Each rule of the format broken once.
@Suite struct SafetensorsRulesTests {
  private static func t(_ shape: String, _ offsets: String, type: String = "F32") -> String {
    RawSafetensors.tensor(shape, offsets, type: type)
  }

  private static let damagedFrames: [(Data, String)] = [
    (Data(), "0 bytes, but a safetensors file begins with 8"),
    (Data(repeating: 0, count: 7), "7 bytes, but"),
    (Data(repeating: 0, count: 8), "it doesn't begin with {"),
    (RawSafetensors.file(Data("{}".utf8), length: 3), "the header should have 3 bytes, but 2"),
    (RawSafetensors.file(Data("{}".utf8), length: .max), "18446744073709551615 bytes, but 2"),
    (RawSafetensors.file(Data("{}".utf8), length: 1 << 63), "9223372036854775808 bytes, but 2"),
    (RawSafetensors.file(Data([0x7B, 0xFF, 0x7D]), length: 3), "it is not UTF-8"),
    (RawSafetensors.file(" {}"), "it doesn't begin with {"),
    (RawSafetensors.file("\n{}"), "it doesn't begin with {"),
    (RawSafetensors.file("[]"), "it doesn't begin with {"),
    (RawSafetensors.file("\u{FEFF}{}"), "it doesn't begin with {"),
    (RawSafetensors.file("{}{}"), "something follows its closing brace"),
    (RawSafetensors.file("{}\0"), "something follows its closing brace"),
    (RawSafetensors.file("{}", bytes: 1), "1 bytes follow its last tensor"),
  ]

  @Test(arguments: damagedFrames)
  func refusesDamagedFrames(_ file: Data, _ problem: String) {
    #expect(RawSafetensors.problem(file)?.contains(problem) == true)
  }

  /// A header above the limit, in a file that is long enough for it.
  @Test func refusesAHeaderAboveTheLimit() {
    var file = RawSafetensors.file(
      Data("{}".utf8), length: UInt64(Safetensors.largestHeader + 1))
    file.append(Data(repeating: 0x20, count: Safetensors.largestHeader))
    #expect(
      RawSafetensors.problem(file)?.hasPrefix("the header should have 100000001 bytes") == true)
  }

  private static let damagedHeaders: [(String, String)] = [
    ("{", "'\"' is expected at byte 1"),
    ("{]", "'\"' is expected at byte 1"),
    (#"{"a"}"#, "':' is expected at byte 4"),
    (#"{"a":1}"#, "'{' is expected at byte 5"),
    (#"{"a":null}"#, "'{' is expected at byte 5"),
    (#"{"a":[]}"#, "'{' is expected at byte 5"),
    (#"{"a"#, "a string at byte 1 has no end"),
    (#"{"a\"#, "a string at byte 1 has no end"),
    (#"{"\q":{}}"#, "the string at byte 1 is no JSON string"),
    (#"{"\ud800":{}}"#, "the string at byte 1 is no JSON string"),
    ("{\"\n\":{}}", "the string at byte 1 is no JSON string"),
    (#"{'a':{}}"#, "'\"' is expected at byte 1"),
    (#"{"__metadata__":[]}"#, "'{' is expected at byte 16"),
    (#"{"__metadata__":{"a":1}}"#, "'\"' is expected at byte 21"),
    (#"{"__metadata__":{"a":null}}"#, "'\"' is expected at byte 21"),
    (#"{"__metadata__":nul}"#, "'{' is expected at byte 16"),
    (#"{"__metadata__":null,"__metadata__":null}"#, "'__metadata__' is there twice"),
    (#"{"__metadata__":{"a":{"b":"c"}}}"#, "'\"' is expected at byte 21"),
    (#"{"__metadata__":{"a":"1","a":"2"}}"#, "its metadata has 'a' twice"),
    (#"{"__metadata__":{},"__metadata__":{}}"#, "'__metadata__' is there twice"),
    (#"{"__metadata__":{},}"#, "'\"' is expected at byte 19"),
    (#"{"__metadata__":{} "a":{}}"#, "',' is expected at byte 19"),
  ]

  @Test(arguments: damagedHeaders)
  func refusesDamagedHeaders(_ header: String, _ problem: String) {
    let found = RawSafetensors.problem(RawSafetensors.file(header))
    #expect(found == "its header is damaged: \(problem)")
  }

  private static let damagedTensors: [(String, String)] = [
    ("{}", "tensor 'a' needs dtype, shape and data_offsets"),
    (#"{"dtype":"F32","shape":[1]}"#, "tensor 'a' needs dtype, shape and data_offsets"),
    (#"{"dtype":"F32","data_offsets":[0,4]}"#, "tensor 'a' needs dtype, shape and data_offsets"),
    (#"{"shape":[1],"data_offsets":[0,4]}"#, "tensor 'a' needs dtype, shape and data_offsets"),
    (#"{"shape":[1],"shape":[1]}"#, "tensor 'a' has 'shape' twice"),
    (#"{"dtype":"F32","dtype":"F32"}"#, "tensor 'a' has 'dtype' twice"),
    (#"{"data_offsets":[0,4],"data_offsets":[0,4]}"#, "tensor 'a' has 'data_offsets' twice"),
    (#"{"dtype":1}"#, "'\"' is expected at byte 14"),
    (#"{"stride":[1]}"#, "tensor 'a' needs dtype, shape and data_offsets"),
    (#"{"stride":[1],"stride":[1]}"#, "tensor 'a' has 'stride' twice"),
    (#"{"stride":}"#, "a value is expected at byte 15"),
    (#"{"stride":nul}"#, "a value is expected at byte 15"),
    (#"{"stride":inf}"#, "a value is expected at byte 15"),
    (#"{"stride":01}"#, "a value is expected at byte 15"),
    (#"{"stride":[1,]}"#, "a value is expected at byte 18"),
    (#"{"stride":{"b":"}}"#, "a string at byte 20 has no end"),
    (
      #"{"stride":"# + String(repeating: "[", count: 200), "the values at byte 115 nest too deeply"
    ),
    (t("[1]", "[0]"), "tensor 'a' needs two data_offsets"),
    (t("[1]", "[0,4,4]"), "tensor 'a' needs two data_offsets"),
    (t("1", "[0,4]"), "'[' is expected at byte 28"),
    (t("[[1]]", "[0,4]"), "a whole number is expected at byte 29"),
    (t("[-1]", "[0,4]"), "a whole number is expected at byte 29"),
    (t("[-0]", "[0,4]"), "a whole number is expected at byte 29"),
    (t("[01]", "[0,4]"), "a whole number is expected at byte 29"),
    (t("[+1]", "[0,4]"), "a whole number is expected at byte 29"),
    (t("[1.0]", "[0,4]"), "',' is expected at byte 30"),
    (t("[1e0]", "[0,4]"), "',' is expected at byte 30"),
    (t(#"["1"]"#, "[0,4]"), "a whole number is expected at byte 29"),
    (t("[9223372036854775808]", "[0,4]"), "a whole number is expected at byte 29"),
    (t("[1,]", "[0,4]"), "a whole number is expected at byte 31"),
    (t("[1", "[0,4]"), "a whole number is expected at byte 31"),
  ]

  @Test(arguments: damagedTensors)
  func refusesDamagedTensors(_ tensor: String, _ problem: String) {
    let found = RawSafetensors.problem(RawSafetensors.file("{\"a\":\(tensor)}", bytes: 4))
    #expect(found == "its header is damaged: \(problem)")
  }

  private static let tensorsThatDoNotCoverTheFile: [(String, String)] = [
    (t("[1]", "[0,4]", type: "F33"), "tensor 'a' has the unknown type 'F33'"),
    (t("[4611686018427387904,4]", "[0,4]"), "tensor 'a' has the impossible shape"),
    (t("[4611686018427387904]", "[0,4]"), "tensor 'a' has the impossible shape"),
    (t("[4611686018427387904,4,0]", "[0,4]"), "tensor 'a' has the impossible shape"),
    (t("[1]", "[4,0]"), "tensor 'a' should lie at 0 of 4 bytes, but its offsets are 4 to 0"),
    (t("[0]", "[1,0]"), "tensor 'a' should lie at 0 of 4 bytes, but its offsets are 1 to 0"),
    (t("[1]", "[0,8]"), "tensor 'a' should lie at 0 of 4 bytes, but its offsets are 0 to 8"),
    (
      t("[1]", "[0,9223372036854775807]"),
      "tensor 'a' should lie at 0 of 4 bytes, but its offsets are 0 to 9223372036854775807"
    ),
    (
      t("[1152921504606846976]", "[0,4611686018427387904]"), "tensor 'a' should lie at 0 of 4 bytes"
    ),
    (t("[1]", "[0,3]"), "tensor 'a' of shape [1] and type F32 needs 4 bytes, but its offsets span"),
    (t("[2]", "[0,4]"), "tensor 'a' of shape [2] and type F32 needs 8 bytes, but its offsets span"),
    (t("[]", "[0,0]"), "tensor 'a' of shape [] and type F32 needs 4 bytes, but its offsets span 0"),
    (t("[1]", "[0,4]", type: "F64"), "tensor 'a' of shape [1] and type F64 needs 8 bytes"),
    (t("[0]", "[0,0]"), "4 bytes follow its last tensor"),
    (t("[1]", "[0,4]") + ",\"a\":" + t("[1]", "[0,4]"), "'a' is there twice"),
    (t("[1]", "[0,4]") + ",\"b\":" + t("[1]", "[0,4]"), "tensor 'b' should lie at 4 of 4 bytes"),
    (
      t("[2]", "[0,2]", type: "U8") + ",\"b\":" + t("[1]", "[3,4]", type: "U8"),
      "tensor 'b' should lie at 2 of 4 bytes, but its offsets are 3 to 4"
    ),
    (
      t("[3]", "[0,3]", type: "U8") + ",\"b\":" + t("[2]", "[2,4]", type: "U8"),
      "tensor 'b' should lie at 3 of 4 bytes, but its offsets are 2 to 4"
    ),
    (t("[1]", "[1,4]", type: "U8"), "tensor 'a' should lie at 0 of 4 bytes"),
  ]

  @Test(arguments: tensorsThatDoNotCoverTheFile)
  func refusesTensorsThatDoNotCoverTheFile(_ tensor: String, _ problem: String) {
    let found = RawSafetensors.problem(RawSafetensors.file("{\"a\":\(tensor)}", bytes: 4))
    #expect(found?.contains(problem) == true)
  }
}
