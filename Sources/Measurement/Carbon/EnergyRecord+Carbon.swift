extension EnergyRecord {
  /// The mass of CO₂-equivalent that the energy causes at an intensity.
  ///
  /// Modelled even where the energy is measured, since an average over a year stands for the
  /// electricity of the moment.
  ///
  /// - Parameter intensity: the intensity of the electricity.
  /// - Returns: the mass, or why there is none.
  public func carbon(at intensity: CarbonIntensity) -> Estimate<Grams> {
    estimate.modelled(by: intensity.description) { $0 * intensity.intensity }
  }

  /// The masses that a modelled energy's band comes to.
  ///
  /// - Parameter intensity: the intensity of the electricity.
  /// - Returns: the masses of the band's ends; nil where the energy has no band.
  public func carbonBand(at intensity: CarbonIntensity) -> ClosedRange<Grams>? {
    guard case .modelled(_, let band) = figure, intensity.intensity >= .zero else { return nil }
    return band.lower * intensity.intensity...band.upper * intensity.intensity
  }
}
