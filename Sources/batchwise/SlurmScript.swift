import CommandLineTools
import Foundation

/// A job script for a Slurm array, each of whose tasks does one part of a study.
enum SlurmScript {
  /// The script of a study with the options that were given; a task has so many threads.
  ///
  /// `study` has the words that call it.
  static func text(
    study: String, _ arguments: Arguments, folder: String, parts: Int, threads: Int
  ) -> String {
    let given = arguments.given.filter {
      !["--print-slurm", "--shard", "--output", "--resume"].contains($0.key)
    }
    let words =
      [Program.path] + study.split(separator: " ").map(String.init)
      + given.sorted { $0.key < $1.key }.flatMap {
        $0.value.isEmpty ? [$0.key] : [$0.key, $0.value]
      }
      + ["--output", folder, "--shard", "slurm", "--resume"]
    let job = "batchwise-" + (study.split(separator: " ").last ?? "")
    let command = words.map(Console.word).joined(separator: " ")
    let program = Console.word(Program.path)
    return """
      #!/bin/bash
      # One study in \(parts) parts. Submit it with sbatch, in the folder that it is to run in:
      #   sbatch SCRIPT
      # When all parts are done, put their records together:
      #   \(program) study merge \(Console.word(folder))
      # A task that is killed or requeued goes on with what it has done.
      #SBATCH --job-name=\(job)
      #SBATCH --array=1-\(parts)
      #SBATCH --cpus-per-task=\(threads)
      #SBATCH --requeue
      #SBATCH --open-mode=append
      #SBATCH --output=\(job)-%a.txt
      exec \(command)

      """
  }
}
