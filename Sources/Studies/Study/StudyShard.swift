import CommandLineTools

/// One of several parts of a study's jobs, which may run anywhere.
package struct StudyShard: Hashable, Sendable {
  /// Which part, from 0.
  package let index: Int
  package let count: Int

  package static let whole = StudyShard(index: 0, count: 1)
}

extension StudyShard {
  /// Reads `2/4`, the second of four, or `slurm`, which asks a Slurm job array's environment.
  package init(_ text: String, environment: [String: String]) throws(CommandError) {
    if text == "slurm" {
      func number(_ name: String) -> Int? {
        environment["SLURM_ARRAY_TASK_\(name)"].flatMap { Int($0) }
      }
      guard let task = number("ID"), let count = number("COUNT"), count > 0 else {
        throw .failure(
          "--shard slurm: SLURM_ARRAY_TASK_ID and SLURM_ARRAY_TASK_COUNT aren't set: run it as a "
            + "Slurm job array, or name a part as in --shard 1/4")
      }
      let index = (task - (number("MIN") ?? 0)) / max(number("STEP") ?? 1, 1)
      guard (0..<count).contains(index) else {
        throw .failure("--shard slurm: task \(task) is none of the array's \(count)")
      }
      self.init(index: index, count: count)
      return
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let part = parts[0], let count = parts[1], part >= 1, part <= count
    else {
      throw .misuse("--shard '\(text)': a part such as 1/4 expected, or slurm")
    }
    self.init(index: part - 1, count: count)
  }

  /// The jobs of this shard.
  ///
  /// All timed jobs belong to the first shard, since times of different machines can't be compared.
  /// The others are dealt out group by group, the longest first, each to the shard that has least.
  package func jobs<Job: StudyJob>(of jobs: [Job], work: (Job) -> Double) -> [Job] {
    guard count > 1 else { return jobs }
    var load = Array(repeating: 0.0, count: count)
    load[0] = jobs.filter(\.isTimed).reduce(0) { $0 + work($1) }
    let groups = Dictionary(grouping: jobs.indices.filter { !jobs[$0].isTimed }) { jobs[$0].group }
    let longestFirst = groups.map { name, places in
      let work = closure(of: places.map { jobs[$0] }).reduce(0) { $0 + work($1) }
      return (name: name, place: places[0], work: work)
    }.sorted { ($1.work, $0.place) < ($0.work, $1.place) }
    var owner: [String: Int] = [:]
    for group in longestFirst {
      let least = load.indices.min { load[$0] < load[$1] } ?? 0
      owner[group.name] = least
      load[least] += group.work
    }
    return jobs.filter { $0.isTimed ? index == 0 : owner[$0.group] == index }
  }
}

/// Jobs together with the jobs that they need, each once and after its needs.
package func closure<Job: StudyJob>(of jobs: [Job]) -> [Job] {
  var seen: Set<Job> = []
  var ordered: [Job] = []
  func add(_ job: Job) {
    guard seen.insert(job).inserted else { return }
    job.needs.forEach(add)
    ordered.append(job)
  }
  jobs.forEach(add)
  return ordered
}
