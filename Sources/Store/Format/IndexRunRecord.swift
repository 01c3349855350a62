public import Digests

/// A run of the block index as the catalog lists it (firn-store(5), "Generations").
public struct IndexRunRecord: Hashable, Sendable {
  /// The run's name: the SHA-256 of its trailer.
  public var id: SHA256Digest
  /// The size of its file in bytes.
  public var size: UInt64
  /// The number of block records in it.
  public var blocks: UInt64
  /// The number of piece records in it.
  public var pieces: UInt64

  /// Makes a record.
  public init(id: SHA256Digest, size: UInt64, blocks: UInt64, pieces: UInt64) {
    self.id = id
    self.size = size
    self.blocks = blocks
    self.pieces = pieces
  }
}

extension IndexRunRecord: Codable {
  private enum CodingKeys: String, CodingKey {
    case id, size, blocks, pieces
  }

  /// Decodes an object of the four members.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decodeSHA256(forKey: .id)
    size = try container.decode(UInt64.self, forKey: .size)
    blocks = try container.decode(UInt64.self, forKey: .blocks)
    pieces = try container.decode(UInt64.self, forKey: .pieces)
  }

  /// Encodes what ``init(from:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id.hex, forKey: .id)
    try container.encode(size, forKey: .size)
    try container.encode(blocks, forKey: .blocks)
    try container.encode(pieces, forKey: .pieces)
  }
}
