internal import Compression

/// The form of firn.json (firn-store(5), "firn.json").
extension StoreDescription: Codable {
  private enum CodingKeys: String, CodingKey {
    case format, id, blockSize, compressor, level, features, striping, access
  }

  /// Decodes an object of all members; an unknown compressor is an error.
  ///
  /// Where `access` is missing the world may read and see everything.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    version = try container.decode(UInt32.self, forKey: .format)
    id = try container.decode(String.self, forKey: .id)
    features = try container.decode(FeatureFlags.self, forKey: .features)
    striping = try container.decode(StripingPolicy.self, forKey: .striping)
    access = try container.decodeIfPresent(StoreAccess.self, forKey: .access) ?? StoreAccess()
    let name = try container.decode(String.self, forKey: .compressor)
    guard let compressor = Compressor(name: name) else {
      throw DecodingError.dataCorruptedError(
        forKey: .compressor, in: container, debugDescription: "an unknown compressor")
    }
    parameters = StoreParameters(
      blockSize: try container.decode(UInt32.self, forKey: .blockSize), compressor: compressor,
      level: try container.decode(Int32.self, forKey: .level))
  }

  /// Encodes what ``init(from:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(version, forKey: .format)
    try container.encode(id, forKey: .id)
    try container.encode(parameters.blockSize, forKey: .blockSize)
    try container.encode(parameters.compressor.name, forKey: .compressor)
    try container.encode(parameters.level, forKey: .level)
    try container.encode(features, forKey: .features)
    try container.encode(striping, forKey: .striping)
    try container.encode(access, forKey: .access)
  }
}

/// The part of firn.json that must be understood before the rest is looked at.
struct StoreDescriptionPreamble: Decodable {
  var format: UInt32
  var features: FeatureFlags
}
