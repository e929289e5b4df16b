/// How a figure is known: read from an instrument or a clock, computed with a model, or not at all.
package enum Provenance: String, Codable, Hashable, Sendable {
  case measured, modelled, unavailable
}

/// A figure with where it comes from.
///
/// A modelled figure names its model wherever it is shown, and a figure that is not there says
/// why; it is never zero. In JSON: `provenance`, and `value`, `model` or `reason` where they apply.
package enum Estimate<Value> {
  /// Read from an instrument or a clock.
  case measured(Value)
  /// Computed with a model from something else.
  case modelled(Value, model: String)
  /// Not there.
  case unavailable(reason: String)

  /// The figure, or nil when there is none.
  package var value: Value? {
    switch self {
    case .measured(let value), .modelled(let value, _): value
    case .unavailable: nil
    }
  }

  package var provenance: Provenance {
    switch self {
    case .measured: .measured
    case .modelled: .modelled
    case .unavailable: .unavailable
    }
  }

  /// Applies a model to the figure, which makes the result a modelled one.
  package func modelled<Result>(
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
  package var description: String {
    switch self {
    case .measured(let value): value.description
    case .modelled(let value, let model): "\(value.description) (modelled: \(model))"
    case .unavailable(let reason): "unavailable (\(reason))"
    }
  }
}

extension Estimate: Codable where Value: Codable {
  private struct Fields: Codable {
    var provenance: Provenance
    var value: Value?
    var model: String?
    var reason: String?
  }

  /// Reads a figure, and refuses one without what its provenance needs.
  package init(from decoder: any Decoder) throws {
    let fields = try Fields(from: decoder)
    switch (fields.provenance, fields.value, fields.model, fields.reason) {
    case (.measured, let value?, _, _): self = .measured(value)
    case (.modelled, let value?, let model?, _): self = .modelled(value, model: model)
    case (.unavailable, _, _, let reason?): self = .unavailable(reason: reason)
    default:
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "a part of a figure is missing that is \(fields.provenance)"))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = Fields(provenance: provenance, value: value)
    if case .modelled(_, let model) = self { fields.model = model }
    if case .unavailable(let reason) = self { fields.reason = reason }
    try fields.encode(to: encoder)
  }
}
