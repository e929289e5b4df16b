import Measurement

/// The option that says which electricity it is.
package enum CarbonOption {
  /// The option.
  package static let option = Command.Option(
    "--carbon-intensity", "PLACE",
    help: "a country's code or world, of the latest year (default world) or another (FR-2022), "
      + "published, or grams of CO₂e a kilowatt-hour")

  /// Reads the option.
  ///
  /// - Parameter arguments: What was typed.
  /// - Returns: The intensity; the world's average where none was given.
  /// - Throws: `CommandError.misuse` for a place that isn't known, or a figure that can be none.
  package static func intensity(_ arguments: Arguments) throws(CommandError) -> CarbonIntensity {
    guard let text = arguments.text(option.name) else { return .world }
    do throws(CarbonIntensityError) {
      return try CarbonIntensity(text)
    } catch {
      throw .misuse("\(option.name): \(error)")
    }
  }
}
