import Measurement
import Studies

extension FixedBatchSizeReport {
  /// Energy of an image's inference: by the best source here, by the text's model here, and by that
  /// model of the text's own latencies.
  func energyChart(_ rows: [FixedBatchSizeRow], _ text: [PublishedFigures]) -> Chart {
    let records = rows.compactMap(\.energyRecord)
    let isMeasured = !records.isEmpty && records.allSatisfy { $0.provenance == .measured }
    var series = [
      Chart.Series(
        isMeasured ? "measured here" : "modelled here",
        points: rows.map { row in
          let band = row.energyRecord?.band
          return .init(
            x: Double(row.batchSize), y: row.energyRecord?.joules.map { $0.value * 1e6 },
            lower: band.map { $0.lower.value * 1e6 }, upper: band.map { $0.upper.value * 1e6 })
        }, color: 0, stroke: isMeasured ? .solid : .dashed, intervalStyle: .band),
      Chart.Series(
        "16 W × latency here",
        points: rows.map { row in
          .init(x: Double(row.batchSize), y: row.energy.value.map { $0.value * 1e6 })
        }, color: 2, stroke: .dashed),
    ]
    if !text.isEmpty {
      series.append(
        .init(
          "16 W × latency, published",
          points: text.map { figures in
            let time = Estimate.measured(Seconds(figures.microsecondsPerImage * 1e-6))
            let energy = EnergyModel.published.energy(for: time)
            return .init(
              x: Double(figures.batchSize), y: energy.value.map { $0.value * 1e6 })
          }, color: 1, stroke: .dashed))
    }
    return Chart(
      "Energy of an inference",
      subtitle: isMeasured
        ? "read from counters, beside the text's model"
        : "modelled, with the model's band, beside the text's model",
      xAxis: sharedBatchAxis, yAxis: .init("µJ per image", scale: .log10), series: series)
  }

  /// The same figures, with how they are known.
  func energies(_ rows: [FixedBatchSizeRow]) -> TextTable {
    TextTable(
      columns: [
        .init("Batch", alignment: .right), .init("Energy of an inference", unit: "µJ"),
        .init("from", unit: "µJ"), .init("to", unit: "µJ"), .init("known", alignment: .left),
        .init("16 W × latency", unit: "µJ"), .init("CO₂e of that", unit: "ng"),
      ],
      rows: rows.map { row in
        let band = row.energyRecord?.band
        func microjoules(_ energy: Joules?) -> TextTable.Cell {
          .number(energy.map { $0.value * 1e6 }, .significant(3))
        }
        return [
          .number(Double(row.batchSize), .decimals(0)), microjoules(row.energyRecord?.joules),
          microjoules(band?.lower), microjoules(band?.upper),
          .text(row.energyRecord?.provenance.rawValue ?? NumberFormat.unavailable),
          microjoules(row.energy.value),
          .number(row.carbon.value.map { $0.value * 1e9 }, .significant(3)),
        ]
      })
  }

  /// Where the energies are from, and what may be concluded from them.
  func energyNote(_ rows: [FixedBatchSizeRow]) -> String {
    let records = rows.compactMap(\.energyRecord)
    var sources: [String] = []
    for record in records {
      let source = "\(record.provenance.rawValue) (\(record.source))"
      if !sources.contains(source) { sources.append(source) }
    }
    let origin =
      sources.isEmpty
      ? "No energy was measured."
      : "Energy here is that of inference with as many images at a time as the model was trained "
        + "with, as the text has it: \(sources.joined(separator: ", ")). "
        + (records.contains { $0.provenance == .modelled } ? "\(EnergyModel.assumptions) " : "")
        + "A counter counts the whole machine; a model has a band of ±40 % in which the truth is "
        + "taken to lie, and where bands overlap, no ranking is claimed."
    return origin
      + " The text's own formula stands beside it: energy is (3 W + 13 W) × latency, and "
      + "CO₂-equivalent is that energy × 713 g/kWh. Both are constants times latency, whatever is "
      + "computed."
  }
}
