internal import Linux
internal import Store
internal import Synchronization
internal import SystemPackage

/// The file of a start bundle of which a disk of the node's own has a copy: what the copy does not
/// have any more comes from the store.
final class LocalBundle: StoreFile {
  let size: UInt64
  private let known: KnownBundle
  private let disk: CachedContent
  private let open: @Sendable () throws(StoreError) -> (any StoreFile)?
  private let origin = Mutex<(any StoreFile)?>(nil)

  /// - Parameter open: Opens the file in the store.
  init(
    _ known: KnownBundle, _ disk: CachedContent,
    open: @escaping @Sendable () throws(StoreError) -> (any StoreFile)?
  ) {
    size = known.size
    self.known = known
    self.disk = disk
    self.open = open
  }

  /// Reads a part as it was kept.
  func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SystemError) -> Int {
    guard let part = disk.part(of: known, at: offset), part.count <= buffer.byteCount else {
      return try file().read(at: offset, into: &buffer)
    }
    part.withBytes { bytes in
      buffer.withUnsafeMutableBytes { target in
        bytes.withUnsafeBytes { target.copyMemory(from: $0) }
      }
    }
    return part.count
  }

  /// The file in the store; two who come at once may both open it.
  private func file() throws(SystemError) -> any StoreFile {
    if let known = origin.withLock({ $0 }) { return known }
    let opened: (any StoreFile)?
    do throws(StoreError) { opened = try open() } catch {
      guard case .system(let cause) = error else { throw SystemError("open", nil, .ioError) }
      throw cause
    }
    // Another bundle than the one of which there is a copy.
    guard let opened, opened.size == size else {
      throw SystemError("open", nil, .staleNFSFileHandle)
    }
    origin.withLock { $0 = opened }
    return opened
  }
}
