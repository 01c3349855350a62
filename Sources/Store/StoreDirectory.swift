public import Linux

/// The one seam between the store and a file system: every operation the store ever does.
///
/// What it relies on is listed in firn-store(5), "File system". Implementations are safe to use
/// from any thread. Errors are those of the system calls named below.
public protocol StoreDirectory: Sendable {
  /// The store's directory as people know it, for messages.
  var location: String { get }

  /// Reads a whole file: one open(2), sequential reads, one close(2).
  func read(_ path: StorePath) throws(SystemError) -> [UInt8]

  /// Opens a file for reading at offsets (open(2)); `ENOENT` when it is not there.
  func open(_ path: StorePath) throws(SystemError) -> any StoreFile

  /// Creates a file that must not exist (open(2) with `O_EXCL`), with the mode that the mode of its
  /// area implies, whatever the umask: see ``StoreAccess/fileMode(inDirectoryOf:)``.
  func create(_ path: StorePath) throws(SystemError) -> any StoreFileWriter

  /// Gives a file a second name, atomically; `EEXIST` when that is taken (link(2)).
  func link(_ path: StorePath, to name: StorePath) throws(SystemError)

  /// Renames a file, atomically replacing what has the name (rename(2)).
  func rename(_ path: StorePath, to name: StorePath) throws(SystemError)

  /// Removes a name (unlink(2)).
  func unlink(_ path: StorePath) throws(SystemError)

  /// Creates an area with mode 0755 whatever the umask; `EEXIST` when it is there (mkdir(2)).
  ///
  /// The root's own name is durable afterwards, new or not: nothing else makes it so.
  func makeDirectory(_ area: StoreArea) throws(SystemError)

  /// Sets an area's group and mode (chown(2), chmod(2)); a directory without modes does nothing.
  func setAccess(_ access: StoreAccess, of area: StoreArea) throws(SystemError)

  /// The names in an area in order of their bytes (readdir(3)).
  func list(_ area: StoreArea) throws(SystemError) -> [String]

  /// Makes an area's names durable (fsync(2) on the directory).
  func synchronize(_ area: StoreArea) throws(SystemError)

  /// What is left of the file system (statvfs(3)).
  func freeSpace() throws(SystemError) -> FreeSpace

  /// Makes a file look used to those who remove what nobody uses: sets its time of access to now
  /// (utimensat(2)), or reads its first byte where the caller is not its owner.
  ///
  /// utimensat(2) counts whatever the mount options; the read counts only without `noatime`, and
  /// with `relatime` once a day.
  func touch(_ path: StorePath) throws(SystemError)

  /// The permission bits of an area's directory; `ENOENT` when it is not there (stat(2)).
  func mode(of area: StoreArea) throws(SystemError) -> UInt16

  /// Makes a layout the one of all files that are made in an area from now on, where the file system
  /// is Lustre (fsetxattr(2)).
  ///
  /// A wish: whatever comes of it, the area can be used. Idempotent.
  func setLayout(_ layout: StripingPolicy.Layout, of area: StoreArea) -> LayoutOutcome
}

extension StoreDirectory {
  /// Directories that know of no layouts set none.
  public func setLayout(_ layout: StripingPolicy.Layout, of area: StoreArea) -> LayoutOutcome {
    .notLustre
  }
}

extension StoreDirectory {
  /// Does nothing: for directories in memory.
  public func setAccess(_ access: StoreAccess, of area: StoreArea) throws(SystemError) {}
}

/// A file of a store, open for reading; closed when the last reference goes.
public protocol StoreFile: AnyObject, Sendable {
  /// The size in bytes when it was opened.
  var size: UInt64 { get }

  /// Fills the buffer from an offset on; fewer bytes only at the end of the file (pread(2)).
  func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SystemError) -> Int
}

/// A file of a store that is being written; closed when the last reference goes.
///
/// Used by one caller at a time.
public protocol StoreFileWriter: AnyObject, Sendable {
  /// Writes all bytes at the end (write(2)).
  func append(_ bytes: RawSpan) throws(SystemError)

  /// Makes what was written durable (fsync(2)).
  func synchronize() throws(SystemError)
}

extension StoreFile {
  /// Reads exactly so many bytes, or throws `.truncated` where the file ends before.
  func bytes(at offset: UInt64, count: Int, of path: StorePath) throws(StoreError) -> [UInt8] {
    guard offset <= size, UInt64(count) <= size - offset else {
      throw .damaged(path, .truncated)
    }
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    let done: Int
    do throws(SystemError) {
      done = try read(at: offset, into: &raw)
    } catch {
      throw StoreError(error, at: path)
    }
    guard done == count else { throw .damaged(path, .truncated) }
    return bytes
  }
}
