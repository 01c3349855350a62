/// What a server does on a shared file system.
public enum StoreUse: UInt8, CaseIterable, Hashable, Sendable {
  /// Reads a small file whole: opens it and, if it is there, reads it.
  case load
  /// Opens a file to read at offsets.
  case open
  /// Reads bytes of such a file.
  case read
  /// Lists a directory.
  case list
  /// Asks about a file, a directory or the file system.
  case stat
  /// Creates a file.
  case create
  /// Writes bytes.
  case write
  /// Renames or links a file, makes a directory, or sets what is said of one.
  case change
  /// Removes a file.
  case remove
  /// Makes something durable.
  case sync

  /// The name that status and metrics have.
  public var name: String { "\(self)" }
}
