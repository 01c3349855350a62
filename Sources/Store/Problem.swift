/// Something that a check of a store found.
public struct Problem: Hashable, Sendable {
  /// The kinds of problem.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// An object that is counted on is not there.
    case missing
    /// An object's bytes are not what they should be.
    case damaged
    /// Two objects that are each whole contradict each other.
    case inconsistent
    /// A staged file that has no owner.
    case stray
    /// The operating system refused to read an object.
    case unreadable
    /// The block index lacks blocks that a pack has, so that they would be stored again.
    case incomplete
    /// A file that no generation lists and whose writer is gone.
    case unlisted
    /// A file whose name has no form that this program knows.
    case unknown
  }

  /// What kind of problem it is.
  public var kind: Kind
  /// The object that is wrong.
  public var path: StorePath
  /// What is wrong, in a few words.
  public var message: String
  /// Where in the object, for a block of a pack.
  public var offset: UInt64?
  /// The ids of the images that cannot be read whole because of it, each once.
  public var images: [String]
  /// Whether it is only worth knowing: nothing that is counted on is wrong.
  public var isNote: Bool

  /// Makes a problem.
  public init(
    _ kind: Kind, _ path: StorePath, _ message: String, offset: UInt64? = nil,
    images: [String] = [], isNote: Bool = false
  ) {
    self.kind = kind
    self.path = path
    self.message = message
    self.offset = offset
    self.images = images
    self.isNote = isNote
  }

  /// What an error on an object amounts to.
  public init(
    _ error: StoreError, at path: StorePath, images: [String] = [], isNote: Bool = false
  ) {
    let kind: Kind
    let message: String
    var offset: UInt64?
    switch error {
    case .missing(let found) where found == path:
      (kind, message) = (.missing, "it is counted on and is not there")
    case .damaged(let found, let reason) where found == path:
      (kind, message) = (.damaged, reason.description)
    case .damagedBlock(let found, let position) where found == path:
      (kind, message) = (.damaged, "a block does not have its checksum")
      offset = position
    default: (kind, message) = (.unreadable, error.description)
    }
    self.init(kind, path, message, offset: offset, images: images, isNote: isNote)
  }
}

extension Problem: CustomStringConvertible {
  /// The problem on one line, without the images.
  public var description: String {
    let place = offset.map { "\(path) at \($0)" } ?? "\(path)"
    return "\(kind.rawValue): \(place): \(message)"
  }
}
