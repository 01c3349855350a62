/// A pack as the catalog lists it (firn-store(5), "Generations").
public struct PackRecord: Hashable, Sendable {
  /// Whether new images may count on the pack.
  public enum State: Hashable, Sendable {
    /// In use, or free to be used.
    case live
    /// To be removed after a grace period unless an import rescues it; since when, in seconds
    /// since the epoch by the clock of the host that condemned it.
    case condemned(since: Int64)
  }

  /// The pack's name.
  public var id: PackID
  /// The size of its file in bytes.
  public var size: UInt64
  /// Whether new images may count on it.
  public var state: State

  /// Makes a record.
  public init(id: PackID, size: UInt64, state: State = .live) {
    self.id = id
    self.size = size
    self.state = state
  }
}

extension PackRecord: Codable {
  private enum CodingKeys: String, CodingKey {
    case id, size, condemned
  }

  /// Decodes `{"id", "size"}` and `condemned` where it is.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = PackID(try container.decodeSHA256(forKey: .id))
    size = try container.decode(UInt64.self, forKey: .size)
    let since = try container.decodeIfPresent(Int64.self, forKey: .condemned)
    state = since.map { .condemned(since: $0) } ?? .live
  }

  /// Encodes what ``init(from:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id.description, forKey: .id)
    try container.encode(size, forKey: .size)
    if case .condemned(let since) = state { try container.encode(since, forKey: .condemned) }
  }
}
