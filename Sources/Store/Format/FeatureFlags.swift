/// The features a store uses beyond format version 1 (firn-store(5), "Feature flags").
///
/// Flags are words. A program that does not know a flag does what the flag's list says.
public struct FeatureFlags: Hashable, Sendable, Codable {
  /// Who does not know one of these may read and write nevertheless.
  public var compatible: Set<String>
  /// Who does not know one of these may read, but must not write.
  public var readOnlyCompatible: Set<String>
  /// Who does not know one of these must not use the store at all.
  public var incompatible: Set<String>

  /// Makes the three lists.
  public init(
    compatible: Set<String> = [], readOnlyCompatible: Set<String> = [],
    incompatible: Set<String> = []
  ) {
    self.compatible = compatible
    self.readOnlyCompatible = readOnlyCompatible
    self.incompatible = incompatible
  }

  /// The flags this program knows; version 1 has none.
  public static let known = FeatureFlags()

  /// The flags, sorted, that forbid this program to read the store.
  public var unknownForReading: [String] {
    incompatible.subtracting(Self.known.incompatible).sorted()
  }

  /// The flags, sorted, that forbid this program to write to the store.
  public var unknownForWriting: [String] {
    readOnlyCompatible.subtracting(Self.known.readOnlyCompatible).sorted() + unknownForReading
  }
}

extension FeatureFlags {
  private enum CodingKeys: String, CodingKey {
    case compatible, readOnlyCompatible, incompatible
  }

  /// Encodes each list as a sorted array.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(compatible.sorted(), forKey: .compatible)
    try container.encode(readOnlyCompatible.sorted(), forKey: .readOnlyCompatible)
    try container.encode(incompatible.sorted(), forKey: .incompatible)
  }
}
