internal import Linux
internal import SystemPackage

/// The directory of a disk cache, held by one process at a time.
///
/// The lock is one of flock(2) on a file of the directory: it ends with the process, however that
/// ends. Whatever is not a segment is left alone.
final class DiskCacheDirectory: Sendable {
  /// The directory.
  let path: FilePath
  private let lock: OwnedDescriptor

  private static let suffix = ".segment"
  private static let digits = 8

  /// Checks a directory, and makes it where it is missing.
  ///
  /// - Parameter owner: To whom it must belong.
  init(_ path: FilePath, owner: UInt32) throws(DiskCacheError) {
    self.path = path
    try Self.attempt { () throws(SystemError) in
      do throws(SystemError) { try Paths.makeDirectory(path, mode: 0o700) } catch {
        guard error.errno == .fileExists else { throw error }
      }
    }
    let status = try Self.attempt { () throws(SystemError) in try FileStatus(of: path) }
    guard status.kind == .directory else { throw .notADirectory(path) }
    guard status.uid == owner else {
      throw .foreign(path, owner: status.uid, wanted: owner)
    }
    guard status.mode & 0o022 == 0 else { throw .writableByOthers(path, mode: status.mode) }
    lock = try Self.attempt { () throws(SystemError) in
      try OwnedDescriptor(
        opening: path.appending("lock"), [.create, .noFollow], mode: 0o600)
    }
  }

  /// Takes the directory for this process.
  ///
  /// - Parameter seconds: How long to wait for another server that is ending.
  func hold(within seconds: Double) throws(DiskCacheError) {
    let end = MonotonicClock.seconds() + seconds
    while true {
      if try Self.attempt({ () throws(SystemError) in try tryHold() }) { return }
      guard MonotonicClock.seconds() < end else { throw .inUse(path) }
      WallClock.pause(milliseconds: 100)
    }
  }

  /// Takes the directory for this process; false while another has it.
  func tryHold() throws(SystemError) -> Bool { try lock.tryLock() }

  private static func attempt<Result: ~Copyable>(
    _ body: () throws(SystemError) -> Result
  ) throws(DiskCacheError) -> Result {
    do throws(SystemError) { return try body() } catch { throw .system(error) }
  }

  /// Lets another process have the directory.
  func release() { try? lock.unlock() }

  /// The path of a segment.
  func file(_ number: UInt32) -> FilePath {
    let text = String(number, radix: 16)
    let zeros = String(repeating: "0", count: Self.digits - text.count)
    return path.appending(zeros + text + Self.suffix)
  }

  /// The numbers of the segments that are there, in order.
  func segments() throws(SystemError) -> [UInt32] {
    try Paths.list(path).compactMap { name in
      guard name.hasSuffix(Self.suffix) else { return nil }
      let digits = name.dropLast(Self.suffix.count)
      guard digits.utf8.count == Self.digits, let number = UInt32(digits, radix: 16),
        digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") })
      else { return nil }
      return number
    }
    .sorted()
  }

  /// Opens a segment for reading.
  func open(_ number: UInt32) throws(SystemError) -> OwnedDescriptor {
    try OwnedDescriptor(opening: file(number), .noFollow)
  }

  /// Opens a segment for writing, or makes a new one.
  func write(_ number: UInt32, isNew: Bool) throws(SystemError) -> OwnedDescriptor {
    try OwnedDescriptor(
      opening: file(number),
      isNew ? [.create, .exclusive, .readWrite, .noFollow] : [.readWrite, .noFollow], mode: 0o600)
  }

  /// Removes a segment; who reads it may go on.
  func remove(_ number: UInt32) throws(SystemError) { try Paths.unlink(file(number)) }

  /// Notes in a segment's time of access that it is used.
  func touch(_ number: UInt32) { try? Paths.touch(file(number)) }
}
