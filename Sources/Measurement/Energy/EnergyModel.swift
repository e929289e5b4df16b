/// Energy as constant powers times a time, and CO₂-equivalent as that energy times an intensity.
///
/// Nothing here is measured but the time, so every figure that comes out is a modelled one.
public struct EnergyModel: Codable, Hashable, Sendable {
  /// What figures from this model are called.
  public let name: String

  /// The power that the memory is taken to draw.
  public let memoryPower: Watts

  /// The power that the processor is taken to draw.
  public let processorPower: Watts

  /// The carbon intensity that the electricity is taken to have.
  public let carbonIntensity: GramsPerKilowattHour

  /// Makes a model.
  ///
  /// - Parameters:
  ///   - name: what figures from this model are called.
  ///   - memoryPower: the power that the memory is taken to draw.
  ///   - processorPower: the power that the processor is taken to draw.
  ///   - carbonIntensity: the carbon intensity that the electricity is taken to have.
  public init(
    name: String, memoryPower: Watts, processorPower: Watts, carbonIntensity: GramsPerKilowattHour
  ) {
    self.name = name
    self.memoryPower = memoryPower
    self.processorPower = processorPower
    self.carbonIntensity = carbonIntensity
  }

  /// The model of "Effect of Batch Size": 3 W of memory, 13 W of processor, 713 g/kWh (India).
  ///
  /// The text's figures are 3600 times what the model gives: it leaves out the conversion of
  /// seconds into hours, and so prints micrograms where there are tens of nanograms.
  public static let published = EnergyModel(
    name: "16 W × time, 713 g/kWh", memoryPower: Watts(3), processorPower: Watts(13),
    carbonIntensity: GramsPerKilowattHour(713))

  /// The energy that the model gives for a time.
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
}
