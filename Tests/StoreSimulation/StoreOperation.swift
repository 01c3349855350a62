public import Store

/// One operation of a store on its directory, before it is done.
public struct StoreOperation: Hashable, Sendable {
  /// What is asked of the directory or of a file of it.
  public enum Call: String, CaseIterable, Hashable, Sendable {
    /// Reading a whole file.
    case read
    /// Opening a file for reading.
    case open
    /// Reading from an open file.
    case readOpen
    /// Creating a file.
    case create
    /// Writing at the end of a file.
    case append
    /// Making a file's data durable.
    case synchronizeFile
    /// Giving a second name.
    case link
    /// Renaming.
    case rename
    /// Removing a name.
    case unlink
    /// Creating an area.
    case makeDirectory
    /// Listing an area.
    case list
    /// Making an area's names durable.
    case synchronizeArea
    /// Asking for what is left of the file system.
    case freeSpace
    /// Setting the time of access of a file.
    case touch
    /// Asking for the permission bits of an area.
    case mode

    /// The system call that a ``SystemError`` names.
    public var systemCall: String {
      switch self {
      case .read, .readOpen: "read"
      case .open, .create: "open"
      case .append: "write"
      case .synchronizeFile, .synchronizeArea: "fsync"
      case .link, .rename, .unlink: rawValue
      case .makeDirectory: "mkdir"
      case .list: "opendir"
      case .freeSpace: "statvfs"
      case .touch: "utimensat"
      case .mode: "stat"
      }
    }

    /// Whether the call changes nothing on disk that a reader could see.
    public var onlyReads: Bool {
      switch self {
      case .read, .open, .readOpen, .list, .freeSpace, .touch, .mode: true
      default: false
      }
    }
  }

  /// What is done.
  public let call: Call
  /// The area it is done in.
  public let area: StoreArea
  /// The file it is done to, for ``Call/link`` and ``Call/rename`` the new name; nil for an area.
  public let path: StorePath?

  init(_ call: Call, _ area: StoreArea) {
    self.call = call
    self.area = area
    path = nil
  }

  init(_ call: Call, _ path: StorePath) {
    self.call = call
    area = path.area
    self.path = path
  }
}

extension StoreOperation {
  /// False for the operations that other users cannot tell from their absence, as long as nobody
  /// takes the writer for dead: those on a file with a temporary name, and fsync.
  public var mayMatterToOthers: Bool {
    switch call {
    case .create, .append, .unlink: !(path?.name.hasPrefix(".") ?? false)
    case .synchronizeFile, .synchronizeArea, .freeSpace: false
    default: true
    }
  }
}

extension StoreOperation: CustomStringConvertible {
  /// Such as `link generations/2`.
  public var description: String {
    "\(call.rawValue) \(path?.description ?? (area == .root ? "." : area.rawValue))"
  }
}
