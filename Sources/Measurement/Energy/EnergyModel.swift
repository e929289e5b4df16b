/// Energy as constant powers times times, and CO₂-equivalent as that energy times an intensity.
///
/// Nothing here is measured but the times, so every figure that comes out is a modelled one.
package struct EnergyModel: Hashable, Sendable {
  /// What figures from this model are marked with.
  package let name: String
  /// The power of a logical processor while it is busy, and of the memory all the time.
  private let processorPower, memoryPower: Watts
  private let carbonIntensity: GramsPerKilowattHour
  /// The share by which the true energy may differ: assumed, and wide since machines differ.
  let bandShare: Double

  /// Makes a model, which is named after its powers if it has no other name.
  init(
    processorPower: Watts, memoryPower: Watts, name: String? = nil,
    carbonIntensity: CarbonIntensity = .world, bandShare: Double = 0.4
  ) {
    self.name = name ?? "\(processorPower) × busy time + \(memoryPower) × time"
    self.processorPower = processorPower
    self.memoryPower = memoryPower
    self.carbonIntensity = carbonIntensity.intensity
    self.bandShare = bandShare
  }

  /// The model where nothing is measured: 10 W a busy logical processor, 3 W of memory.
  package static let assumed = EnergyModel(processorPower: Watts(10), memoryPower: Watts(3))

  /// Why energies are modelled, if it is told, and the assumptions of `assumed`, in sentences.
  package static func explanation(obstacle: String?) -> String {
    (obstacle.map { "Modelled, since no counter could be read (\($0)). " } ?? "")
      + "Busy time is that of all processors together. The powers are assumptions: a core of a 65 W "
      + "desktop processor, and the published article's 3 W of memory; and so is the band, which "
      + "holds only while no other programs take the processors."
  }

  /// The model of "Effect of Batch Size": (3 W of memory + 13 W of processor) × latency, 713 g/kWh.
  ///
  /// The article's figures are 3600 times the model's: it doesn't convert seconds into hours.
  package static let published = EnergyModel(
    processorPower: Watts(13), memoryPower: Watts(3), name: "16 W × time, 713 g/kWh",
    carbonIntensity: .published)

  /// The energy of a time in which one processor is busy throughout.
  package func energy(for time: Estimate<Seconds>) -> Estimate<Joules> {
    time.modelled(by: name) { (memoryPower + processorPower) * $0 }
  }

  /// The mass of CO₂-equivalent of a time in which one processor is busy throughout.
  package func carbon(for time: Estimate<Seconds>) -> Estimate<Grams> {
    energy(for: time).modelled(by: name) { $0 * carbonIntensity }
  }

  /// The energy of a time in which processors were busy for some of it, or several at once: the
  /// total, and the processors' and the memory's parts, each with its band.
  func report(busy: Seconds, over time: Seconds, overhead: Seconds = .zero) -> EnergyReport {
    let (processor, memory) = (processorPower * busy, memoryPower * time)
    func record(_ domain: String, _ energy: Joules) -> EnergyRecord {
      EnergyRecord(
        .modelled(energy, band: EnergyBand(energy * (1 - bandShare), energy * (1 + bandShare))),
        source: name, domain: domain, interval: time, overhead: overhead)
    }
    return EnergyReport(
      total: record("processor + memory", processor + memory),
      domains: [record("processor", processor), record("memory", memory)])
  }
}
