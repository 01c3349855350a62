/// A pack as the catalog lists it (firn-store(5), "Generations").
public struct PackRecord: Hashable, Sendable {
  /// Whether new images may count on the pack.
  public enum State: Hashable, Sendable {
    /// In use, or free to be used.
    case live
    /// To be removed after a grace period unless an import rescues it.
    case condemned(Condemnation)
  }

  /// The pack's name.
  public var id: PackID
  /// By which images say that they count on it: never given to another pack.
  ///
  /// 0 in a record that is not published yet; ``Catalog/adding(packs:)`` assigns it.
  public var number: UInt32
  /// The size of its file in bytes.
  public var size: UInt64
  /// Whether new images may count on it.
  public var state: State
  /// Whether bytes of it were found damaged: nothing new is deduplicated against it.
  public var isDamaged: Bool

  /// Makes a record that is not published yet.
  public init(id: PackID, size: UInt64, state: State = .live) {
    self.id = id
    self.size = size
    self.state = state
    number = 0
    isDamaged = false
  }
}

extension PackRecord: Codable {
  private enum CodingKeys: String, CodingKey {
    case id, number, size, condemned, damaged
  }

  /// Decodes `{"id", "number", "size"}`, and `condemned` and `damaged` where they are.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = PackID(try container.decodeSHA256(forKey: .id))
    number = try container.decode(UInt32.self, forKey: .number)
    size = try container.decode(UInt64.self, forKey: .size)
    let condemnation = try container.decodeIfPresent(Condemnation.self, forKey: .condemned)
    state = condemnation.map { .condemned($0) } ?? .live
    isDamaged = try container.decodeIfPresent(Bool.self, forKey: .damaged) ?? false
  }

  /// Encodes what ``init(from:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id.description, forKey: .id)
    try container.encode(number, forKey: .number)
    try container.encode(size, forKey: .size)
    if case .condemned(let condemnation) = state {
      try container.encode(condemnation, forKey: .condemned)
    }
    if isDamaged { try container.encode(true, forKey: .damaged) }
  }
}
