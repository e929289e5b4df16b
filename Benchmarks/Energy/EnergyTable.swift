import Measurement
import Reporting

/// The table and the chart of energies.
enum EnergyTable {
  /// A row for each batch size, which says how its energy is known.
  static func table(
    _ caption: String, _ rows: [EnergyRow], _ intensity: CarbonIntensity
  ) -> TextTable {
    TextTable(
      caption: caption,
      columns: [
        .right("batch"), .right("energy", unit: "µJ/image"), .right("from"), .right("to"),
        .right("epoch", unit: "J"), .right("CO₂e", unit: "ng/image"),
        .right("epoch", unit: "mg CO₂e"), .left("known"), .right("16 W*", unit: "µJ"),
      ],
      rows: rows.map { row in
        let energy = row.perImage
        let epoch = Double(Workload.epochSize)
        let carbon = energy.carbon(at: intensity).value
        return [
          .count(row.batchSize), .figure(energy.joules.map { $0.value * 1e6 }),
          .figure(row.range.map { $0.lower.value * 1e6 }),
          .figure(row.range.map { $0.upper.value * 1e6 }),
          .figure(energy.joules.map { $0.value * epoch }),
          .figure(carbon.map { $0.value * 1e9 }), .figure(carbon.map { $0.value * epoch * 1e3 }),
          .text(row.provenance), .figure(row.published.value.map { $0.value * 1e6 }),
        ]
      })
  }

  /// Which rows have no energy, or are without some rounds, and why.
  static func notes(_ rows: [EnergyRow]) -> String {
    rows.compactMap { row in
      row.shortcoming.map {
        "Batch size \(row.batchSize): "
          + "\(row.perImage.joules == nil ? "unavailable" : "left out"), \($0)."
      }
    }.joined(separator: " ")
  }

  /// Energy against the batch size, with its range, and the article's model beside it.
  static func chart(_ title: String, _ rows: [EnergyRow]) -> Chart {
    let kinds = [Provenance.measured, .modelled].filter { kind in
      rows.contains { $0.perImage.provenance == kind }
    }
    return .overBatchSizes(
      title,
      subtitle: kinds.map {
        $0 == .modelled
          ? "modelled, and the model's band" : "measured: medians and their 95 % intervals"
      }.joined(separator: "; "),
      yAxis: .init("µJ per image", scale: .log10),
      series: kinds.map { kind in
        .init(
          kind.rawValue,
          points: rows.filter { $0.perImage.provenance == kind }.map { row in
            .init(
              x: Double(row.batchSize), y: row.perImage.joules.map { $0.value * 1e6 },
              lower: row.range.map { $0.lower.value * 1e6 },
              upper: row.range.map { $0.upper.value * 1e6 })
          }, color: 0, stroke: kind == .modelled ? .dashed : .solid, intervalStyle: .band)
      } + [
        .init(
          "16 W × time, the article's model",
          points: rows.map {
            .init(x: Double($0.batchSize), y: $0.published.value.map { $0.value * 1e6 })
          }, color: 1, stroke: .dashed)
      ])
  }
}

/// What can be said of the energies of several batch sizes: which take more, and which can't be told.
struct EnergyRanking {
  /// Two batch sizes, the first of which takes surely more.
  private(set) var larger: [(more: Int, less: Int)] = []
  /// Two batch sizes whose ranges overlap, or aren't known.
  private(set) var undecided: [(Int, Int)] = []

  /// Compares every two rows of one task, model and optimizer by their ranges.
  init(_ rows: [EnergyRow]) {
    for (index, first) in rows.enumerated() {
      for second in rows[(index + 1)...] {
        let pair = (first.batchSize, second.batchSize)
        guard first.perImage.domain == second.perImage.domain, let a = first.range,
          let b = second.range
        else {
          undecided.append(pair)
          continue
        }
        if a.lower > b.upper {
          larger.append(pair)
        } else if b.lower > a.upper {
          larger.append((pair.1, pair.0))
        } else {
          undecided.append(pair)
        }
      }
    }
  }

  /// The finding in words.
  var text: String {
    let surely = larger.map { "\($0.more) than \($0.less)" }.joined(separator: ", ")
    let none = undecided.map { "\($0.0) and \($0.1)" }.joined(separator: ", of ")
    let sentences = [
      surely.isEmpty ? "" : "An image takes more energy at batch size \(surely).",
      none.isEmpty ? "" : "No ranking: the ranges of \(none) overlap, or aren't known.",
    ]
    return sentences.filter { !$0.isEmpty }.joined(separator: " ")
  }
}
