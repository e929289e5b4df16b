extension EnergyRecord: Codable {
  private enum Key: CodingKey {
    case provenance, joules, band, reason, source, domain, interval, overhead
  }

  /// Reads a record.
  ///
  /// - Parameter decoder: where it is.
  /// - Throws: what the decoder throws when a part is missing or of another type, when the figure
  ///   can be no energy, when a time is negative, or when an unavailable record has joules.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    func refuse(_ key: Key, _ complaint: String) -> DecodingError {
      .dataCorruptedError(forKey: key, in: container, debugDescription: complaint)
    }
    func time(_ key: Key) throws -> Seconds {
      let time = try container.decode(Seconds.self, forKey: key)
      guard time >= .zero, time.value.isFinite else { throw refuse(key, "\(time) is no duration") }
      return time
    }
    let figure: Figure
    switch try container.decode(Provenance.self, forKey: .provenance) {
    case .measured:
      figure = .measured(try container.decode(Joules.self, forKey: .joules))
    case .modelled:
      figure = .modelled(
        try container.decode(Joules.self, forKey: .joules),
        band: try container.decode(EnergyBand.self, forKey: .band))
    case .unavailable:
      guard !container.contains(.joules) else {
        throw refuse(.joules, "an unavailable energy has no joules")
      }
      figure = .unavailable(reason: try container.decode(String.self, forKey: .reason))
    }
    if let complaint = figure.complaint { throw refuse(.joules, complaint) }
    self.init(
      figure, source: try container.decode(String.self, forKey: .source),
      domain: try container.decode(String.self, forKey: .domain),
      interval: try time(.interval), overhead: try time(.overhead))
  }

  /// Writes the keys that the type's description lists.
  ///
  /// - Parameter encoder: where they go.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(provenance, forKey: .provenance)
    switch figure {
    case .measured(let joules):
      try container.encode(joules, forKey: .joules)
    case .modelled(let joules, let band):
      try container.encode(joules, forKey: .joules)
      try container.encode(band, forKey: .band)
    case .unavailable(let reason):
      try container.encode(reason, forKey: .reason)
    }
    try container.encode(source, forKey: .source)
    try container.encode(domain, forKey: .domain)
    try container.encode(interval, forKey: .interval)
    try container.encode(overhead, forKey: .overhead)
  }
}
