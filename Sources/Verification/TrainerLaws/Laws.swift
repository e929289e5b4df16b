import TrainingCore

/// The laws that `batchwise verify` runs: as many as a trainer can be asked.
///
/// A trainer that promises this project's bits (`promisesBits`) is held to them where a law is exact;
/// any other to bounds that are true for any order of summation. Findings say which laws are kept,
/// which aren't, and which laws say nothing of such a model and optimizer, with the reason.
public enum Laws {
  private typealias Law = () throws -> [Finding]

  /// Checks what can be asked of losses and gradients, and what is said of the model and of rules.
  public static func findings<T: GradientTrainer>(
    _ subject: Subject, of trainer: T.Type, beforeEach: () throws -> Void = {}
  ) throws -> [Finding] {
    try run(gradients(subject, trainer) + others(subject), beforeEach)
  }

  /// Checks what can be asked of losses, gradients and steps, and what is said of the model and of
  /// rules.
  public static func findings<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type, beforeEach: () throws -> Void = {}
  ) throws -> [Finding] {
    try run(gradients(subject, trainer) + steps(subject, trainer) + others(subject), beforeEach)
  }

  /// Checks every law, in the order of a report.
  ///
  /// `beforeEach` is called before each law, and what it throws ends the checks, as does what making the
  /// trainer throws.
  public static func findings<T: Trainer>(
    _ subject: Subject, of trainer: T.Type, beforeEach: () throws -> Void = {}
  ) throws -> [Finding] {
    let whole = splitting(
      subject, trainer,
      [
        { try LoneSampleLaw.findings($0, of: trainer) },
        { try AccumulationLaw.findings($0, of: trainer) },
      ])
    return try run(
      whole + gradients(subject, trainer) + steps(subject, trainer) + others(subject), beforeEach)
  }

  /// Laws of a whole batch, which bits make quick; rounding bounds may be affordable for its beginning
  /// alone, and then the findings say so.
  private static func splitting<T: GradientTrainer>(
    _ subject: Subject, _ trainer: T.Type, _ laws: [(Subject) throws -> [Finding]]
  ) -> [Law] {
    let beginning = T.promisesBits ? subject : subject.affordable()
    let (count, all) = (beginning.batch.count, subject.batch.count)
    let remark = count < all ? "; on the first \(count) of \(all) samples" : ""
    return laws.map { law in { try law(beginning).map { $0.remarking(remark) } } }
  }

  private static func gradients<T: GradientTrainer>(
    _ subject: Subject, _ trainer: T.Type
  ) -> [Law] {
    splitting(
      subject, trainer,
      [
        { try SplitBatchLaw.findings($0, of: trainer) },
        { try MeanOfMeansLaw.findings($0, of: trainer) },
        { try ShuffledBatchLaw.findings($0, of: trainer) },
      ]) + [
        { try BatchStatisticsLaw.findings(subject, of: trainer) },
        { try TaylorLaw.findings(subject, of: trainer) },
        { try GradientNoiseLaw.findings(subject, of: trainer) },
      ]
  }

  private static func steps<T: SteppingTrainer>(_ subject: Subject, _ trainer: T.Type) -> [Law] {
    [
      { try StepLaw.findings(subject, of: trainer) },
      { try DescentLaw.findings(subject, of: trainer) },
      { try LinearScalingLaw.findings(subject, of: trainer) },
      { try MomentumScalingLaw.findings(subject, of: trainer) },
      { try DecoupledWeightDecayLaw.findings(subject, of: trainer) },
      { try ClippingLaw.findings(subject, of: trainer) },
      { try AdamStepsLaw.findings(subject, of: trainer) },
      { try NormalStateLaw.findings(subject, of: trainer) },
      { try PublishedLoopLaw.findings(subject, of: trainer) },
    ]
  }

  /// Laws of the model and of rules, whoever trains.
  private static func others(_ subject: Subject) -> [Law] {
    [{ try SecondOrderLaw.findings(subject) }, { try AdamScalingLaw.findings(subject) }]
  }

  private static func run(_ laws: [Law], _ beforeEach: () throws -> Void) throws -> [Finding] {
    try laws.flatMap { law in
      try beforeEach()
      return try law()
    }
  }
}
