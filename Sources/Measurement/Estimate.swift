/// A figure with where it comes from.
///
/// A modelled figure names its model wherever it is shown, and a figure that is not there says
/// why; it is never zero.
public enum Estimate<Value> {
  /// Read from an instrument or a clock.
  case measured(Value)
  /// Computed with a model from something else.
  case modelled(Value, model: String)
  /// Not there.
  case unavailable(reason: String)

  /// The figure, or nil when there is none.
  public var value: Value? {
    switch self {
    case .measured(let value), .modelled(let value, _): value
    case .unavailable: nil
    }
  }

  /// Applies a model to the figure, which makes the result a modelled one.
  ///
  /// - Parameters:
  ///   - model: the model's name.
  ///   - transform: the model.
  /// - Returns: the modelled figure, or why there is none.
  public func modelled<Result>(
    by model: String, _ transform: (Value) -> Result
  ) -> Estimate<Result> {
    switch self {
    case .measured(let value): .modelled(transform(value), model: model)
    case .modelled(let value, let earlier):
      .modelled(transform(value), model: earlier == model ? model : "\(model) on \(earlier)")
    case .unavailable(let reason): .unavailable(reason: reason)
    }
  }
}

extension Estimate: Equatable where Value: Equatable {}
extension Estimate: Hashable where Value: Hashable {}
extension Estimate: Sendable where Value: Sendable {}

extension Estimate: CustomStringConvertible where Value: CustomStringConvertible {
  /// The figure, followed by its model when it has one; or `unavailable` and why.
  public var description: String {
    switch self {
    case .measured(let value): value.description
    case .modelled(let value, let model): "\(value.description) (modelled: \(model))"
    case .unavailable(let reason): "unavailable (\(reason))"
    }
  }
}

extension Estimate: Codable where Value: Codable {
  private enum Provenance: String, Codable {
    case measured, modelled, unavailable
  }

  private enum Key: CodingKey {
    case provenance, value, model, reason
  }

  /// Reads a figure and its provenance.
  ///
  /// - Parameter decoder: where they are.
  /// - Throws: what the decoder throws when a part is missing or of another type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    switch try container.decode(Provenance.self, forKey: .provenance) {
    case .measured:
      self = .measured(try container.decode(Value.self, forKey: .value))
    case .modelled:
      self = .modelled(
        try container.decode(Value.self, forKey: .value),
        model: try container.decode(String.self, forKey: .model))
    case .unavailable:
      self = .unavailable(reason: try container.decode(String.self, forKey: .reason))
    }
  }

  /// Writes `provenance`, and `value`, `model` or `reason` where they apply.
  ///
  /// - Parameter encoder: where they go.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .measured(let value):
      try container.encode(Provenance.measured, forKey: .provenance)
      try container.encode(value, forKey: .value)
    case .modelled(let value, let model):
      try container.encode(Provenance.modelled, forKey: .provenance)
      try container.encode(value, forKey: .value)
      try container.encode(model, forKey: .model)
    case .unavailable(let reason):
      try container.encode(Provenance.unavailable, forKey: .provenance)
      try container.encode(reason, forKey: .reason)
    }
  }
}
