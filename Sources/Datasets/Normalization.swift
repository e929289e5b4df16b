/// How pixels from 0 to 255 become numbers to train on.
public enum Normalization: String, CaseIterable, Codable, Sendable {
  /// From −1 to 1: x/255, less 0.5, divided by 0.5.
  case symmetric
  /// From 0 to 1: x/255.
  case unit
  /// Mean 0 and standard deviation 1 over the training images, per channel.
  case standard
}
