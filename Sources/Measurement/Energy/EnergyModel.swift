/// Energy as constant powers times times, and CO₂-equivalent as that energy times an intensity.
///
/// Nothing here is measured but the times, so every figure that comes out is a modelled one.
public struct EnergyModel: Codable, Hashable, Sendable {
  /// What figures from this model are called.
  public let name: String

  /// The power that the memory is taken to draw.
  public let memoryPower: Watts

  /// The power that a logical processor is taken to draw while it is busy.
  public let processorPower: Watts

  /// The carbon intensity that the electricity is taken to have.
  public let carbonIntensity: GramsPerKilowattHour

  /// How far the true energy is taken to lie from the modelled one, as a share of it.
  ///
  /// An assumption like the powers, wide because no constant suits every machine.
  public let bandShare: Double

  /// The ±40 % that models are given where nothing else is said.
  public static let defaultBandShare = 0.4

  /// Makes a model.
  ///
  /// - Parameters:
  ///   - name: what figures from this model are called.
  ///   - memoryPower: the power that the memory is taken to draw.
  ///   - processorPower: the power that a logical processor is taken to draw while it is busy.
  ///   - carbonIntensity: the carbon intensity that the electricity is taken to have.
  ///   - bandShare: how far the true energy may lie from the modelled one, 0 to 1.
  public init(
    name: String, memoryPower: Watts, processorPower: Watts,
    carbonIntensity: GramsPerKilowattHour, bandShare: Double = defaultBandShare
  ) {
    self.name = name
    self.memoryPower = memoryPower
    self.processorPower = processorPower
    self.carbonIntensity = carbonIntensity
    self.bandShare = bandShare
  }

  /// A model that is named after its constants.
  ///
  /// - Parameters:
  ///   - processorPower: the power that a logical processor is taken to draw while it is busy.
  ///   - memoryPower: the power that the memory is taken to draw.
  ///   - carbonIntensity: the carbon intensity that the electricity is taken to have.
  ///   - bandShare: how far the true energy may lie from the modelled one, 0 to 1.
  /// - Returns: the model.
  public static func busyTime(
    processorPower: Watts, memoryPower: Watts,
    carbonIntensity: GramsPerKilowattHour = CarbonIntensity.world.intensity,
    bandShare: Double = defaultBandShare
  ) -> EnergyModel {
    EnergyModel(
      name: "\(processorPower) × busy time + \(memoryPower) × time", memoryPower: memoryPower,
      processorPower: processorPower, carbonIntensity: carbonIntensity, bandShare: bandShare)
  }

  /// What is assumed where nothing is measured: 10 W a busy logical processor, 3 W of memory.
  ///
  /// Desktop processors that are rated 65 W have six to eight cores; 3 W is what the published text
  /// takes for memory.
  public static let assumed = busyTime(processorPower: Watts(10), memoryPower: Watts(3))

  /// What a reader has to know of the assumed model, in sentences.
  public static let assumptions =
    "Busy time is that of all processors together. The powers are assumptions: a core of a 65 W "
    + "desktop processor, and the published text's 3 W of memory; and so is the band."

  /// The model of "Effect of Batch Size": 3 W of memory, 13 W of processor, 713 g/kWh (India).
  ///
  /// The text's figures are 3600 times what the model gives: it leaves out the conversion of
  /// seconds into hours, and so prints micrograms where there are tens of nanograms.
  public static let published = EnergyModel(
    name: "16 W × time, 713 g/kWh", memoryPower: Watts(3), processorPower: Watts(13),
    carbonIntensity: CarbonIntensity.published.intensity)

  /// The energy that the model gives for a time in which one processor is busy throughout.
  ///
  /// - Parameter time: how long the work took.
  /// - Returns: a modelled energy, or why there is none.
  public func energy(for time: Estimate<Seconds>) -> Estimate<Joules> {
    time.modelled(by: name) { (memoryPower + processorPower) * $0 }
  }

  /// The mass of CO₂-equivalent that the model gives for a time.
  ///
  /// - Parameter time: how long the work took.
  /// - Returns: a modelled mass, or why there is none.
  public func carbon(for time: Estimate<Seconds>) -> Estimate<Grams> {
    energy(for: time).modelled(by: name) { $0 * carbonIntensity }
  }

  /// The energy of a time in which processors were busy for some of it, or several at once.
  ///
  /// - Parameters:
  ///   - busy: how long processors were busy, all of them together.
  ///   - time: how long the work took.
  ///   - overhead: how long it took to find that out.
  /// - Returns: the total, and the processors' and the memory's parts of it, each with its band.
  public func counts(busy: Seconds, over time: Seconds, overhead: Seconds = .zero) -> EnergyCounts {
    let processor = processorPower * busy
    let memory = memoryPower * time
    func record(_ domain: String, _ energy: Joules) -> EnergyRecord {
      EnergyRecord(
        EnergyBand(around: energy, share: bandShare).map { .modelled(energy, band: $0) }
          ?? .unavailable(reason: "\(energy) ± \(bandShare * 100) % can be no energy"),
        source: name, domain: domain, interval: time, overhead: overhead)
    }
    return EnergyCounts(
      total: record("processor + memory", processor + memory),
      domains: [record("processor", processor), record("memory", memory)])
  }
}
