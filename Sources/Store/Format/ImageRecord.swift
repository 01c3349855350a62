public import Digests

/// An image as the catalog lists it (firn-store(5), "Generations").
public struct ImageRecord: Hashable, Sendable {
  /// The image's number, from which node ids are computed: never given to another root blob.
  ///
  /// 0 in a record that is not published yet; ``Catalog/adding(_:using:)`` assigns it.
  public var number: UInt32
  /// The name of the image object: the SHA-256 of its bytes.
  public var object: SHA256Digest
  /// What ``ImageObject/rootIdentity`` says of the object.
  public var rootIdentity: SHA256Digest
  /// The names, sorted, each in no other image of the catalog; may be empty.
  public var names: [String]
  /// The OCI digests that mean this image; the first, the config's, is the image's id.
  public var digests: [String]
  /// The numbers of the packs that hold its blocks, ascending.
  ///
  /// Empty in a record that is not published yet; ``Catalog/adding(_:using:)`` fills it in.
  public internal(set) var packs: [UInt32]
  /// The names that moved away from it or were removed, and when, in seconds since the epoch.
  public internal(set) var formerNames: [String: Int64]
  /// Whether no collector may retire it, even without a name.
  public internal(set) var isPinned: Bool
  /// Who may see it.
  public var access: ImageAccess
  /// What the image's owners want to know without reading the object; opaque to the store.
  public var attributes: [String: String]
  /// The bytes of content of all files, as a user counts them.
  public var logicalSize: UInt64
  /// When the image was made, as its configuration says: seconds since the epoch.
  public var created: Int64
  /// When the image was first published here: seconds since the epoch.
  ///
  /// 0 in a record that is not published yet.
  public var imported: Int64

  /// Makes a record that is not published yet.
  public init(
    object: SHA256Digest, rootIdentity: SHA256Digest, names: [String], digests: [String],
    attributes: [String: String] = [:], logicalSize: UInt64, created: Int64,
    access: ImageAccess = ImageAccess()
  ) {
    packs = []
    formerNames = [:]
    isPinned = false
    self.access = access
    number = 0
    imported = 0
    self.object = object
    self.rootIdentity = rootIdentity
    self.names = names
    self.digests = digests
    self.attributes = attributes
    self.logicalSize = logicalSize
    self.created = created
  }

  /// The image's id: the first of ``digests`` without its algorithm; empty if there is none.
  public var id: String { digests.first.map(Self.hexadecimal) ?? "" }

  /// The attribute that is about the image's names in this store, not about its content
  /// (firn-store(5), "What Firn puts in").
  public static let originsAttribute = "origins"

  /// The attributes that say the same of the image in every store.
  public var contentAttributes: [String: String] {
    attributes.filter { $0.key != Self.originsAttribute }
  }

  static func hexadecimal(_ digest: String) -> String {
    digest.split(separator: ":", maxSplits: 1).last.map(String.init) ?? ""
  }
}

extension ImageRecord: Codable {
  private enum CodingKeys: String, CodingKey {
    case number, object, rootIdentity, names, digests, attributes, logicalSize, created, imported
    case packs, formerNames, pinned, access
  }

  /// Decodes an object of all members; `formerNames` and `pinned` may be missing.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    number = try container.decode(UInt32.self, forKey: .number)
    object = try container.decodeSHA256(forKey: .object)
    rootIdentity = try container.decodeSHA256(forKey: .rootIdentity)
    names = try container.decode([String].self, forKey: .names)
    digests = try container.decode([String].self, forKey: .digests)
    attributes = try container.decode([String: String].self, forKey: .attributes)
    logicalSize = try container.decode(UInt64.self, forKey: .logicalSize)
    created = try container.decode(Int64.self, forKey: .created)
    imported = try container.decode(Int64.self, forKey: .imported)
    packs = try container.decode([UInt32].self, forKey: .packs)
    formerNames = try container.decodeIfPresent([String: Int64].self, forKey: .formerNames) ?? [:]
    isPinned = try container.decodeIfPresent(Bool.self, forKey: .pinned) ?? false
    access = try container.decode(ImageAccess.self, forKey: .access)
  }

  /// Encodes what ``init(from:)`` reads.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(number, forKey: .number)
    try container.encode(object.hex, forKey: .object)
    try container.encode(rootIdentity.hex, forKey: .rootIdentity)
    try container.encode(names, forKey: .names)
    try container.encode(digests, forKey: .digests)
    try container.encode(attributes, forKey: .attributes)
    try container.encode(logicalSize, forKey: .logicalSize)
    try container.encode(created, forKey: .created)
    try container.encode(imported, forKey: .imported)
    try container.encode(packs, forKey: .packs)
    if !formerNames.isEmpty { try container.encode(formerNames, forKey: .formerNames) }
    if isPinned { try container.encode(true, forKey: .pinned) }
    try container.encode(access, forKey: .access)
  }
}
