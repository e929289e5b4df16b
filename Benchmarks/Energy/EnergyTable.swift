import Measurement
import Reporting

/// The table and the chart of energies.
enum EnergyTable {
  /// A row for each batch size, with how its energy is known.
  ///
  /// - Parameters:
  ///   - caption: What it is about.
  ///   - rows: The energies.
  ///   - intensity: What turns energy into CO₂-equivalent.
  /// - Returns: The table.
  static func table(
    _ caption: String, _ rows: [EnergyRow], _ intensity: CarbonIntensity
  ) -> TextTable {
    TextTable(
      caption: caption,
      columns: [
        .init("batch", alignment: .right), .init("energy", unit: "µJ/image", alignment: .right),
        .init("from", alignment: .right), .init("to", alignment: .right),
        .init("epoch", unit: "J", alignment: .right),
        .init("CO₂e", unit: "ng/image", alignment: .right),
        .init("epoch", unit: "mg CO₂e", alignment: .right),
        .init("known", alignment: .left), .init("text's*", unit: "µJ", alignment: .right),
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

  /// Energy against the batch size, with its range, and the text's model beside it.
  static func chart(_ title: String, _ rows: [EnergyRow]) -> Chart {
    let isModelled = rows.contains { $0.perImage.provenance != .measured }
    return Chart(
      title,
      subtitle: isModelled ? "modelled, and the model's band" : "measured, and its 95 % interval",
      xAxis: .init("batch size", scale: .log2, ticks: rows.map { Double($0.batchSize) }),
      yAxis: .init("µJ per image", scale: .log10),
      series: [
        .init(
          isModelled ? "modelled" : "measured",
          points: rows.map { row in
            .init(
              x: Double(row.batchSize), y: row.perImage.joules.map { $0.value * 1e6 },
              lower: row.range.map { $0.lower.value * 1e6 },
              upper: row.range.map { $0.upper.value * 1e6 })
          }, color: 0, stroke: isModelled ? .dashed : .solid, intervalStyle: .band),
        .init(
          "16 W × time, the text's model",
          points: rows.map {
            .init(x: Double($0.batchSize), y: $0.published.value.map { $0.value * 1e6 })
          }, color: 1, stroke: .dashed),
      ])
  }
}
