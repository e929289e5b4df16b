import Measurement
import Reporting

extension StudyResult<FixedStudy> {
  /// Energy of an image's inference: by the best source here, by the article's model here, and by
  /// that model of the article's own latencies.
  func energyChart(_ rows: [FixedRow], _ article: [PublishedFigures]) -> Chart {
    let records = rows.compactMap(\.energyRecord)
    let isMeasured = !records.isEmpty && records.allSatisfy { $0.provenance == .measured }
    func point(_ size: Int, _ joules: Joules?, _ band: EnergyBand? = nil) -> Chart.Point {
      .init(
        x: Double(size), y: joules.map { $0.value * 1e6 },
        lower: band.map { $0.lower.value * 1e6 }, upper: band.map { $0.upper.value * 1e6 })
    }
    var series = [
      Chart.Series(
        isMeasured ? "measured here" : "modelled here",
        points: rows.map { point($0.batchSize, $0.energyRecord?.joules, $0.energyRecord?.band) },
        color: 0, stroke: isMeasured ? .solid : .dashed, intervalStyle: .band),
      Chart.Series(
        "16 W × latency here", points: rows.map { point($0.batchSize, $0.energy.value) }, color: 2,
        stroke: .dashed),
    ]
    if !article.isEmpty {
      let points = article.map { figures in
        let time = Estimate.measured(Seconds(figures.microsecondsPerImage * 1e-6))
        return point(figures.batchSize, EnergyModel.published.energy(for: time).value)
      }
      series.append(
        .init("16 W × latency, published", points: points, color: 1, stroke: .dashed))
    }
    return Chart(
      "Energy of an inference",
      subtitle: isMeasured
        ? "read from counters, beside the article's model"
        : "modelled, with the model's band, beside the article's model",
      xAxis: sharedBatchAxis, yAxis: .init("µJ per image", scale: .log10), series: series)
  }

  func energies(_ rows: [FixedRow]) -> TextTable {
    func end(_ name: String, _ joules: KeyPath<EnergyBand, Joules>) -> [Column<FixedRow>] {
      Column.number(name, name, "µJ", .significant(3), scale: 1e6) {
        $0.energyRecord?.band?[keyPath: joules].value
      }
    }
    return TextTable(
      rows, Self.columns + end("from", \.lower) + end("to", \.upper),
      [
        "batch_size", "energy_joules", "from", "to", "energy_provenance", "energy_joules_text",
        "carbon_grams_text",
      ], caption: "Energy of an inference")
  }

  func energyNote(_ rows: [FixedRow]) -> String {
    let records = rows.compactMap(\.energyRecord)
    let sources = records.reduce(into: [String]()) { sources, record in
      let source = "\(record.provenance.rawValue) (\(record.reason ?? record.source))"
      if !sources.contains(source) { sources.append(source) }
    }
    let origin =
      sources.isEmpty
      ? "No energy was measured."
      : "Energy here is that of inference with as many images at a time as the model was trained "
        + "with, as the article has it: \(sources.joined(separator: ", ")). "
        + (records.contains { $0.provenance == .modelled }
          ? "\(EnergyModel.explanation(obstacle: nil)) " : "")
        + "A counter counts the whole machine; a model has a band of ±40 % in which the truth is "
        + "taken to lie, and where bands overlap, no ranking is claimed."
    return origin
      + " The article's own formula stands beside it: energy is (3 W + 13 W) × latency, and "
      + "CO₂-equivalent is that energy × 713 g/kWh. Both are constants times latency, whatever is "
      + "computed."
  }
}
