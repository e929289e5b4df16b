import TrainingCore

/// The tensors of a file under a model's names.
///
/// Other programs have the same layers under other names, and three differences are seen through:
///
/// 1. A prefix that all names share, as wrappers put it there (`module.` of parallel training,
///    `_orig_mod.` of compiled models, `model.`, `net.`), is stripped: as many words of it as leave the
///    most names that the model has, the fewest among equals; where it has none anyway, all of them.
/// 2. What the caller renames: modules, or single tensors.
/// 3. Modules that have numbers for names, as in `nn.Sequential`, where no name is the model's. In the
///    order of their numbers they are the model's modules in the order of its layers, if they are as
///    many and all shapes agree; otherwise an error asks for names.
struct TensorNames {
  private(set) var entries: [String: Safetensors.Entry]
  /// What was done, for people.
  private(set) var changes: [String] = []

  private let path: String
  private let model: ModelSpec
  /// How the head's names begin, where that is left out.
  private let head: String?
  private let specs: [TensorSpec]

  init(
    _ entries: [String: Safetensors.Entry], path: String, model: ModelSpec, head: String?
  ) {
    self.entries = entries
    self.path = path
    self.model = model
    self.head = head
    let layout = ParameterLayout(of: model)
    specs = layout.parameters + layout.statistics
  }

  private func fail(_ problem: String) -> FileError { FileError(path: path, problem: problem) }

  /// Finds the model's names for all tensors, as far as they differ as above.
  mutating func fit(_ renames: [String: String]) throws(FileError) {
    let known = Set(specs.map(\.name))
    let prefix = wrappers(known)
    if !prefix.isEmpty {
      changes.append("the prefix '\(prefix)' is stripped from all names")
      try rename { String($0.dropFirst(prefix.count)) }
    }
    try rename(renames, without: prefix)
    if !entries.isEmpty, known.isDisjoint(with: entries.keys) { try matchNumbers() }
    if let head, entries.keys.contains(where: { $0.hasPrefix(head) }) {
      changes.append("the head '\(head.dropLast())' is left out")
    }
  }

  /// The prefix to strip; a tensor keeps its own name and its module's.
  private func wrappers(_ known: Set<String>) -> String {
    let modules = entries.keys.map {
      $0.split(separator: ".", omittingEmptySubsequences: false).dropLast(2)
    }
    guard let first = modules.first else { return "" }
    let shared = modules.dropFirst().reduce(Array(first)) { shared, words in
      zip(shared, words).prefix { $0 == $1 }.map(\.0)
    }
    let prefixes = (0...shared.count).map { shared.prefix($0).map { $0 + "." }.joined() }
    let matches = prefixes.map { prefix in
      entries.keys.count { known.contains(String($0.dropFirst(prefix.count))) }
    }
    let best = matches.max() ?? 0
    let index = best == 0 ? shared.count : matches.firstIndex(of: best) ?? 0
    return prefixes[index]
  }

  private mutating func rename(_ name: (String) -> String) throws(FileError) {
    var renamed: [String: Safetensors.Entry] = [:]
    for (old, entry) in entries.sorted(by: { $0.key < $1.key }) {
      guard renamed.updateValue(entry, forKey: name(old)) == nil else {
        throw fail("two of its tensors would be '\(name(old))': name them differently")
      }
    }
    entries = renamed
  }

  /// Renames modules and tensors, which may be named with the prefix that was stripped or without.
  private mutating func rename(
    _ renames: [String: String], without prefix: String
  ) throws(FileError) {
    func found(_ old: String, in name: String) -> Substring? {
      [old, prefix.isEmpty || !old.hasPrefix(prefix) ? old : String(old.dropFirst(prefix.count))]
        .first { name == $0 || name.hasPrefix($0 + ".") }.map { name.dropFirst($0.count) }
    }
    for old in renames.keys.sorted()
    where !entries.keys.contains(where: { found(old, in: $0) != nil }) {
      throw fail("it has no tensor or module '\(old)' to rename")
    }
    try rename { name in
      let ends = renames.compactMap { old, new in found(old, in: name).map { (new, $0) } }
      return ends.min { $0.1.count < $1.1.count }.map { $0.0 + $0.1 } ?? name
    }
  }

  /// Gives modules that are numbered the model's names.
  private mutating func matchNumbers() throws(FileError) {
    var file: [String: [String: [Int]]] = [:]
    for (name, entry) in entries {
      let (module, tensor) = Checkpoint.parts(of: name)
      file[module, default: [:]][tensor] = entry.shape
    }
    var numbered: [(module: String, numbers: [Int])] = []
    for module in file.keys {
      let words = module.split(separator: ".", omittingEmptySubsequences: module.isEmpty)
      let numbers = words.compactMap { Int($0) }
      guard numbers.map(String.init) == words.map(String.init) else { return }
      numbered.append((module, numbers))
    }
    numbered.sort { $0.numbers.lexicographicallyPrecedes($1.numbers) }
    var order: [String] = []
    var shapes: [String: [String: [Int]]] = [:]
    for spec in specs where !(head.map(spec.name.hasPrefix) ?? false) {
      let (module, tensor) = Checkpoint.parts(of: spec.name)
      if shapes[module] == nil { order.append(module) }
      shapes[module, default: [:]][tensor] = TensorLayout.fileShape(spec)
    }
    let matches = zip(numbered, order).allSatisfy { pair in
      file[pair.0.module]?.filter { $0.key != Checkpoint.batchesTracked } == shapes[pair.1]
    }
    let rest = numbered.count - order.count
    guard matches, rest == 0 || rest == 1 && head != nil else {
      throw fail(
        "name its modules with --rename OLD=NEW,…: in their order, "
          + "\(numbered.map(\.module).joined(separator: ", ")) don't have the shapes of model "
          + "\(model.name)'s \(order.joined(separator: ", "))")
    }
    let names = Dictionary(
      uniqueKeysWithValues: zip(
        numbered.map(\.module), order + [head.map { String($0.dropLast()) } ?? ""]))
    changes.append(
      "modules \(numbered.map(\.module).joined(separator: ", ")) are taken for "
        + numbered.compactMap { names[$0.module] }.joined(separator: ", "))
    try rename { name in
      let (module, tensor) = Checkpoint.parts(of: name)
      return "\(names[module] ?? module).\(tensor)"
    }
  }
}
