internal import Linux
internal import Store
internal import Synchronization
internal import SystemPackage

/// The packs a node reads from, each opened once and kept open.
///
/// No lock is held while a file is opened or read: a store that hangs holds up only those who
/// need it.
final class PackFiles: Sendable {
  private let store: Store
  private let files = Mutex<[PackID: any StoreFile]>([:])

  init(_ store: Store) { self.store = store }

  /// Reads stored bytes of a block; does not look at what they are.
  func read(
    _ block: BlockRecord, at location: BlockLocation
  ) throws(SystemError) -> SharedBuffer {
    let file = try open(location.pack)
    let count = Int(block.storedSize.byteCount)
    return try SharedBuffer(capacity: count) { (span) throws(SystemError) in
      try file.read(at: location.offset, into: &span)
    }
  }

  /// Forgets a file, so that the next read opens it again by its path: an evicted client of a
  /// shared file system loses its descriptors.
  func forget(_ pack: PackID) {
    files.withLock { $0[pack] = nil }
  }

  private func open(_ pack: PackID) throws(SystemError) -> any StoreFile {
    if let known = files.withLock({ $0[pack] }) { return known }
    let file = try store.directory.open(StorePath(.packs, pack.description))
    return files.withLock { files in
      if let other = files[pack] { return other }
      files[pack] = file
      return file
    }
  }
}
