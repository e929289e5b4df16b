import TrainingCore

extension Examples {
  /// The images as a model takes them that sees positions: with as many channels, a single one being
  /// repeated, and resized by bilinear interpolation.
  ///
  /// - Parameter input: What the model takes; of one position, it takes images as they are.
  /// - Returns: The same samples. Channels that can't be made of those that are there stay as they are,
  ///   for the model to refuse.
  public func shaped(for input: ImageShape) -> Examples {
    guard input.positions > 1, shape != input else { return self }
    let images =
      shape.channels == 1 && input.channels > 1 ? repeatingChannels(input.channels) : self
    let fits = shape.height == input.height && shape.width == input.width
    return fits ? images : images.resized(height: input.height, width: input.width, by: .bilinear)
  }
}
