import CommandLineTools
import Measurement
import Reporting

/// What has been measured so far: tables go to the terminal at once, and all is kept for the files.
struct Report {
  /// Times and rates, a sample a round.
  var series: [Series] = []
  /// Latencies, a sample a call.
  var latencies: [LatencyRow] = []
  /// Energies, a sample a round.
  var energies: [EnergyRow] = []
  /// The machine's peak rates, for each number of threads.
  var peaks: [MachinePeaks] = []
  /// The peers that took part.
  var peers: [PeerDescription] = []
  /// The carbon intensity that turns energy into CO₂-equivalent.
  var carbonIntensity: CarbonIntensity?
  /// The page's sections.
  private(set) var sections: [HTMLReport.Section] = []
  /// Every table that was printed.
  private(set) var tables: [TextTable] = []

  /// Begins a section of the page.
  mutating func begin(_ heading: String) { sections.append(.init(heading, blocks: [])) }

  /// Prints a table and keeps it.
  mutating func show(_ table: TextTable) throws(CommandError) {
    Console.progress("")
    try Console.line(table.terminalText())
    tables.append(table)
    add(.table(table))
  }

  /// Prints a paragraph and keeps it.
  mutating func say(_ text: String) throws(CommandError) {
    Console.progress("")
    try Console.line(Command.paragraph(text) + "\n")
    add(.paragraph(text))
  }

  /// Keeps charts for the page.
  mutating func draw(_ charts: [Chart]) {
    if !charts.isEmpty { add(.charts(charts)) }
  }

  private mutating func add(_ block: HTMLReport.Block) {
    if sections.isEmpty { begin("Results") }
    sections[sections.count - 1].blocks.append(block)
  }

  /// The machine's peaks with so many threads, measured once.
  mutating func peaks(threads: Int, isQuick: Bool) -> MachinePeaks {
    if let known = peaks.first(where: { $0.threads == threads }) { return known }
    Console.progress("the machine's peaks, threads: \(threads)")
    let measured =
      isQuick
      ? MachinePeaks.measure(threads: threads, time: Seconds(0.02), bytesPerArray: 1 << 20)
      : MachinePeaks.measure(threads: threads, time: Seconds(0.25))
    peaks.append(measured)
    return measured
  }
}
