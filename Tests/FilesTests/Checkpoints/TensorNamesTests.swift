import Foundation
import Testing
import TrainingCore
@testable import Files

/// State dicts under wrappers, in `nn.Sequential`, and under names of anybody's choice.
@Suite struct TensorNamesTests {
  private let model: ModelSpec
  private let state: ModelState
  private let file: Safetensors

  init() throws {
    model = try ModelSpec(named: "mlp:6-5-5-3+batchnorm")
    state = CheckpointSamples.usableState(of: model, .sgd(SGDSpec()))
    file = Checkpoint.weights(of: state, model: model)
  }

  /// Writes a file, loads it, and returns what was said with the state.
  static func load(
    _ file: Safetensors, _ model: ModelSpec, ignoring head: String? = nil,
    renaming renames: [String: String] = [:]
  ) throws -> (state: ModelState, notes: [String]) {
    let url = FileManager.default.temporaryDirectory.appending(
      path: "\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try file.encoded().write(to: url)
    var notes: [String] = []
    let state = try Checkpoint.initialState(
      from: url.path, ignoring: head, renaming: renames, model: model, optimizer: .sgd(SGDSpec()),
      seed: 3, say: { notes.append($0) })
    return (state, notes)
  }

  /// What is wrong with a file, or nil where it is taken.
  static func problem(
    _ file: Safetensors, _ model: ModelSpec, ignoring head: String? = nil,
    renaming renames: [String: String] = [:]
  ) -> String? {
    do {
      _ = try load(file, model, ignoring: head, renaming: renames)
      return nil
    } catch {
      return (error as? FileError)?.problem ?? "\(error)"
    }
  }

  private func renamed(_ name: (String) -> String) -> Safetensors {
    var copy = file
    copy.entries = Dictionary(
      uniqueKeysWithValues: file.entries.map { (name($0.key), $0.value) })
    return copy
  }

  /// The file with other names for its modules.
  private func modules(_ names: [String: String]) -> Safetensors {
    renamed { name in
      let (module, tensor) = Checkpoint.parts(of: name)
      return "\(names[module] ?? module).\(tensor)"
    }
  }

  /// Expects the file's state, and that one line ends with this, or that none was said.
  private func expect(
    _ file: Safetensors, renaming renames: [String: String] = [:], says note: String?,
    sourceLocation location: SourceLocation = #_sourceLocation
  ) throws {
    let (loaded, notes) = try Self.load(file, model, renaming: renames)
    #expect(stateBits(loaded)["counters"] == [0, 34], sourceLocation: location)
    for key in stateBits(state).keys where key != "counters" {
      #expect(stateBits(loaded)[key] == stateBits(state)[key], sourceLocation: location)
    }
    #expect(notes.count == (note == nil ? 0 : 1), "\(notes)", sourceLocation: location)
    if let note {
      #expect(notes[0].hasSuffix(".safetensors: \(note)"), "\(notes)", sourceLocation: location)
    }
  }

  @Test(arguments: [
    "module.", "_orig_mod.", "model.", "net.", "_orig_mod.module.", "0.", ".", "a.b.c.",
  ])
  func aSharedPrefixIsStripped(_ prefix: String) throws {
    try expect(renamed { prefix + $0 }, says: "the prefix '\(prefix)' is stripped from all names")
  }

  @Test func theModelsOwnNamesAreLeftAlone() throws {
    try expect(file, says: nil)
    // A model all of whose names begin alike keeps that.
    let base = try ModelSpec(named: "mobilenet-v2-tiny+notop")
    let state = ModelState.initial(model: base, optimizer: .sgd(SGDSpec()), seed: 1)
    let features = Checkpoint.weights(of: state, model: base)
    #expect(try Self.load(features, base).notes.isEmpty)
    var wrapped = features
    wrapped.entries = Dictionary(
      uniqueKeysWithValues: features.entries.map { ("module." + $0.key, $0.value) })
    let (loaded, notes) = try Self.load(wrapped, base)
    #expect(loaded.parameters == state.parameters)
    #expect(notes.first?.hasSuffix("the prefix 'module.' is stripped from all names") == true)
  }

  @Test func aPrefixOfSomeNamesIsNone() {
    let mixed = renamed { $0.hasPrefix("bn") ? $0 : "module." + $0 }
    #expect(
      Self.problem(mixed, model)?.hasPrefix(
        "model \(model.name) has no tensor 'module.fc1.bias': is this another model's file") == true
    )
  }

  private static let sequential = [
    "fc1": "0", "bn1": "1", "fc2": "3", "bn2": "4", "fc3": "10",
  ]

  /// By number, not by text: 10 comes after 4; within other modules, and under a wrapper, too.
  @Test func numberedModulesAreTheModelsInTheirOrder() throws {
    let said = "are taken for fc1, bn1, fc2, bn2, fc3"
    try expect(modules(Self.sequential), says: "modules 0, 1, 3, 4, 10 \(said)")
    var nested = Self.sequential
    for (module, number) in nested { nested[module] = "layers.\(number).0" }
    try expect(
      modules(nested),
      says: "the prefix 'layers.' is stripped from all names; modules 0.0, 1.0, 3.0, 4.0, 10.0 "
        + said)
  }

  @Test func oneModuleHasNoName() throws {
    let single = try ModelSpec(named: "mlp:6-3")
    let state = ModelState.initial(model: single, optimizer: .sgd(SGDSpec()), seed: 1)
    var file = Checkpoint.weights(of: state, model: single)
    file.entries = Dictionary(
      uniqueKeysWithValues: file.entries.map { (Checkpoint.parts(of: $0.key).tensor, $0.value) })
    #expect(try Self.load(file, single).state.parameters == state.parameters)
  }

  @Test func numbersThatFitInNoWayAskForNames() throws {
    func problem(_ modules: String) -> String {
      "name its modules with --rename OLD=NEW,…: in their order, \(modules) don't have the shapes of "
        + "model \(model.name)'s fc1, bn1, fc2, bn2, fc3"
    }
    // Shapes in another order, one module more, one tensor less, a shape of its own.
    var changed = Self.sequential
    (changed["fc1"], changed["fc3"]) = ("10", "0")
    #expect(Self.problem(modules(changed), model) == problem("0, 1, 3, 4, 10"))
    var file = modules(Self.sequential)
    file.entries["11.bias"] = file.entries["0.bias"]
    #expect(Self.problem(file, model) == problem("0, 1, 3, 4, 10, 11"))
    file.entries["11.bias"] = nil
    file.entries["3.bias"] = nil
    #expect(Self.problem(file, model) == problem("0, 1, 3, 4, 10"))
    file = modules(Self.sequential)
    file.entries["3.weight"]?.shape = [25, 1]
    #expect(Self.problem(file, model) == problem("0, 1, 3, 4, 10"))
    // Words amid numbers are no numbers, and neither are two ways to write one.
    changed = Self.sequential
    changed["fc3"] = "head"
    #expect(Self.problem(modules(changed), model)?.contains("has no tensor '0.bias'") == true)
    changed["fc3"] = "010"
    #expect(Self.problem(modules(changed), model)?.contains("has no tensor '0.bias'") == true)
  }

  @Test func renamesAreOfModulesAndTensors() throws {
    let names = ["fc1": "first", "bn1": "norm.a", "fc3": "last"]
    let file = modules(names)
    try expect(file, renaming: ["first": "fc1", "norm.a": "bn1", "last": "fc3"], says: nil)
    try expect(
      file,
      renaming: [
        "first.weight": "fc1.weight", "first": "fc1", "norm": "", "norm.a": "bn1", "last": "fc3",
      ],
      says: nil)
    // Two that change places, and a wrapper that may be named or not.
    try expect(
      modules(["fc2": "fc1", "fc1": "fc2"]), renaming: ["fc1": "fc2", "fc2": "fc1"], says: nil)
    var wrapped = file
    wrapped.entries = Dictionary(
      uniqueKeysWithValues: file.entries.map { ("net." + $0.key, $0.value) })
    try expect(
      wrapped, renaming: ["net.first": "fc1", "norm.a": "bn1", "net.last": "fc3"],
      says: "the prefix 'net.' is stripped from all names")
  }

  @Test func renamesThatDoNotFitAreErrors() {
    #expect(
      Self.problem(file, model, renaming: ["fc": "fc1"])
        == "it has no tensor or module 'fc' to rename")
    #expect(
      Self.problem(file, model, renaming: ["fc1": "fc2"])?.hasPrefix(
        "two of its tensors would be 'fc2.") == true)
  }

  /// The head is what is left over, of whatever shape, named or numbered, or nothing.
  @Test func theHeadIsLeftOut() throws {
    let head = try #require(Checkpoint.head(of: model))
    #expect(head == "fc3.")
    let small = try ModelSpec(named: "mlp:6-5-5-2+batchnorm")
    for (file, note) in [
      (file, "the head 'fc3' is left out"),
      (
        modules(Self.sequential),
        "modules 0, 1, 3, 4, 10 are taken for fc1, bn1, fc2, bn2, fc3; the head 'fc3' is left out"
      ),
    ] {
      #expect(Self.problem(file, small) != nil)
      let (loaded, notes) = try Self.load(file, small, ignoring: head)
      #expect(notes.count == 1 && notes[0].hasSuffix(": \(note)"), "\(notes)")
      #expect(
        loaded.parameters.prefix(8).map { $0.values.map(\.bitPattern) }
          == state.parameters.prefix(8).map { $0.values.map(\.bitPattern) })
      let initial = ModelState.initial(model: small, optimizer: .sgd(SGDSpec()), seed: 3)
      #expect(Array(loaded.parameters.suffix(2)) == Array(initial.parameters.suffix(2)))
    }
    var base = modules(Self.sequential)
    for name in ["10.weight", "10.bias"] { base.entries[name] = nil }
    #expect(try Self.load(base, small, ignoring: head).notes.first?.contains("left out") == false)
  }
}
