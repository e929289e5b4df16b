@testable import Studies

/// Results of a transfer study as they might have been measured, one figure for each trial.
struct MadeUpTransfer {
  /// Shares of images that are classified correctly.
  struct Accuracies {
    var training: [Double]
    var averages: [Double]
    var population: [Double]
    var inference: [Double]
    /// In inference mode, a training of its own.
    var inferenceTraining: [Double]
  }

  /// By batch size.
  var accuracies: [Int: Accuracies] = [:]
  var trials = 3

  /// What the gaps come to for gaps in units of 1/64, 1.5625 points, which nothing rounds.
  init(
    averages: [Int: [Int]], population: [Int: [Int]] = [:], inference: [Int: [Int]] = [:],
    training: [Int: Double] = [:]
  ) {
    for (size, gaps) in averages {
      let top = training[size] ?? 0.75
      let own = population[size] ?? gaps.map { _ in 0 }
      let frozen = inference[size] ?? gaps.map { _ in 0 }
      accuracies[size] = Accuracies(
        training: gaps.map { _ in top }, averages: gaps.map { top - Double($0) / 64 },
        population: own.map { top - Double($0) / 64 },
        inference: frozen.map { 0.5 - Double($0) / 64 }, inferenceTraining: frozen.map { _ in 0.5 })
    }
  }

  var result: StudyResult<TransferStudy> {
    var options = TransferStudy.Options()
    options.batchSizes = accuracies.keys.sorted()
    options.trials = trials
    options.first.epochs = 1
    options.second.epochs = 1
    options.momentum = 0.5
    var transfers: [TransferRecord.Transfer] = []
    for (size, own) in accuracies.sorted(by: { $0.key < $1.key }) {
      for (trial, training) in own.training.enumerated() {
        transfers.append(
          transfer(
            size, trial, isInferenceMode: false, training: training,
            averages: own.averages[trial], population: own.population[trial]))
      }
      for (trial, training) in own.inferenceTraining.enumerated() {
        transfers.append(
          transfer(
            size, trial, isInferenceMode: true, training: training, averages: own.inference[trial],
            population: nil))
      }
    }
    return StudyResult(
      options: options, data: SmallTransfer.summary, origins: [Origin(engine: "reference")],
      jobCount: TransferStudy.jobs(of: options).count,
      records: transfers.map { TransferRecord(transfer: $0) })
  }

  private func transfer(
    _ size: Int, _ trial: Int, isInferenceMode: Bool, training: Double, averages: Double,
    population: Double?
  ) -> TransferRecord.Transfer {
    let epochs = (1...2).map { epoch in
      TransferRecord.Epoch(
        steps: epoch * 64 / size, trainingAccuracy: epoch == 1 ? 0.25 : training, trainingLoss: 1,
        averages: epoch == 1 ? 0.125 : averages,
        matched: isInferenceMode ? nil : epoch == 1 ? 0.125 : averages,
        population: population.map { epoch == 1 ? 0.25 : $0 },
        sourceShare: isInferenceMode ? nil : 0.25, matchedSourceShare: isInferenceMode ? nil : 0.25)
    }
    return .init(
      batchSize: size, trial: trial, isInferenceMode: isInferenceMode, epochs: epochs,
      fingerprint: "0")
  }
}
