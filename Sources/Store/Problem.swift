/// Something that ``Store/check(_:)`` found wrong.
public struct Problem: Hashable, Sendable {
  /// The kinds of problem.
  public enum Kind: String, Hashable, Sendable {
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
  }

  /// What kind of problem it is.
  public var kind: Kind
  /// The object that is wrong.
  public var path: StorePath
  /// What is wrong, in a few words.
  public var message: String

  /// Makes a problem.
  public init(_ kind: Kind, _ path: StorePath, _ message: String) {
    self.kind = kind
    self.path = path
    self.message = message
  }

  /// What an error on an object amounts to.
  init(_ error: StoreError, at path: StorePath) {
    switch error {
    case .missing(let path): self.init(.missing, path, "it is counted on and is not there")
    case .damaged(let path, let reason): self.init(.damaged, path, reason.description)
    case .damagedBlock(let path, let offset):
      self.init(.damaged, path, "the block at offset \(offset) does not have its checksum")
    default: self.init(.unreadable, path, error.description)
    }
  }
}

extension Problem: CustomStringConvertible {
  /// The problem on one line.
  public var description: String { "\(kind.rawValue): \(path): \(message)" }
}
