import Measurement
import Reporting
import Studies
import TrainingCore

/// What `batchwise evaluate` prints.
struct EvaluationTables {
  private let evaluation: Evaluation

  init(_ evaluation: Evaluation) { self.evaluation = evaluation }

  /// The model by each criterion.
  var criteria: TextTable {
    let calls = evaluation.calls
    let copies = evaluation.latency.copies.count
    let interval = evaluation.latency.interval.map { " [\($0)]" }
    let band = evaluation.energy.carbonBand(at: evaluation.carbonIntensity).map {
      ", \($0.lowerBound) to \($0.upperBound)"
    }
    return TextTable(
      columns: [.init("criterion", alignment: .left), .init("figure", alignment: .left)],
      rows: [
        ("model", evaluation.model),
        (
          "size",
          "\(whole(evaluation.bytes)) bytes on disk, \(whole(evaluation.bytesInMemory)) in memory"
        ),
        ("parameters", whole(evaluation.cost.parameters)),
        ("FLOPs per image", whole(evaluation.cost.flops)),
        (
          "latency per image",
          "\(evaluation.secondsPerImage)\(interval ?? "") at batch \(evaluation.batchSize), "
            + "\(copies) copies"
        ),
        ("call, median", calls.median.text), ("call, p90", calls.percentile90.text),
        ("call, p99", calls.percentile99.text),
        (
          "accuracy",
          "\(NumberFormat.decimals(2).string(evaluation.accuracy * 100)) % of "
            + "\(whole(evaluation.images)) test images of \(evaluation.data)"
        ),
        ("loss per image", "\(NumberFormat.decimals(4).string(evaluation.loss)) nats"),
        ("energy per image", energy),
        (
          "how it is known",
          "\(evaluation.energy.provenance.rawValue): \(evaluation.energy.source), "
            + "\(evaluation.energy.interval) an image"
        ),
        (
          "CO₂e per image",
          (evaluation.carbon.value?.description ?? NumberFormat.unavailable) + (band ?? "")
        ),
        ("how it is known", "modelled: \(evaluation.carbonIntensity)"),
        ("energy, the text's", evaluation.publishedEnergy.description),
      ].map { [.text($0.0), .text($0.1)] })
  }

  private var energy: String {
    let band = evaluation.energy.band.map { ", \($0)" }
    return (evaluation.energy.joules?.description ?? NumberFormat.unavailable) + (band ?? "")
  }

  /// The model layer by layer, and its sums.
  var layers: TextTable {
    var table = TextTable(
      columns: [
        .init("layer", alignment: .left), .init("output", alignment: .left),
        .init("parameters", alignment: .right), .init("averages", alignment: .right),
        .init("FLOPs", alignment: .right), .init("multiply–adds", alignment: .right),
      ],
      rows: evaluation.layers.map { layer in
        [.text(layer.name), .text(layer.output.description)]
          + Self.cells([
            layer.parameters, layer.statistics, layer.flops, layer.multiplyAccumulates,
          ])
      })
    table.rows.append(
      [.text("in all"), .text("")]
        + Self.cells([
          evaluation.cost.parameters, evaluation.cost.statistics, evaluation.cost.flops,
          evaluation.layers.reduce(0) { $0 + $1.multiplyAccumulates },
        ]))
    return table
  }

  private static func cells(_ counts: [Int]) -> [TextTable.Cell] {
    counts.map { .number(Double($0), .decimals(0)) }
  }

  /// What stands below the tables.
  var legend: String {
    "A latency per image is the mean of the copies' medians, with its 95 % interval by Student's t; "
      + "copies differ in where their weights lie in memory. Energy is counted over passes of its "
      + "own. "
      + (evaluation.energy.provenance == .modelled ? "\(EnergyModel.assumptions) " : "")
      + "FLOPs of an image by the published text's count: for each output a multiplication per "
      + "input, one addition less, and one for the bias. Multiply–adds count the multiplications "
      + "alone. Calls have 95 % intervals by order statistics; – is a percentile that the calls are "
      + "too few for."
  }

  private func whole(_ count: Int) -> String { NumberFormat.decimals(0).string(Double(count)) }
}
