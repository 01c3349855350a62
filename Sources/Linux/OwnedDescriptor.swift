internal import CLinux
internal import Glibc
public import SystemPackage

/// A file descriptor with exactly one owner, closed when the owner goes away.
///
/// Every descriptor is close-on-exec. Reading and writing at an offset is safe from any thread.
public struct OwnedDescriptor: ~Copyable, Sendable {
  /// The number, valid only while this value lives.
  public private(set) var rawValue: Int32
  /// The path it was opened by, for messages.
  public let path: FilePath?

  /// Takes over an open descriptor.
  public init(owning rawValue: Int32, path: FilePath? = nil) {
    precondition(rawValue >= 0, "a descriptor is not negative")
    self.rawValue = rawValue
    self.path = path
  }

  deinit {
    if rawValue >= 0 { Glibc.close(rawValue) }
  }

  /// Closes the descriptor and reports what close(2) says, which on a network file system may be
  /// the first news of a failed write.
  public consuming func close() throws(SystemError) {
    let number = rawValue
    rawValue = -1
    if Glibc.close(number) != 0, Errno.current != .interrupted {
      throw SystemError("close", path, .current)
    }
  }

  /// Gives up ownership: the caller closes the number.
  public consuming func relinquish() -> Int32 {
    let number = rawValue
    rawValue = -1
    return number
  }
}

extension OwnedDescriptor {
  /// How a file is opened; the names are those of open(2).
  public struct Options: OptionSet, Sendable {
    /// The flags of open(2).
    public let rawValue: Int32

    /// Makes options from the flags of open(2).
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// `O_RDWR` instead of `O_RDONLY`.
    public static let readWrite = Options(rawValue: O_RDWR)
    /// `O_WRONLY` instead of `O_RDONLY`.
    public static let writeOnly = Options(rawValue: O_WRONLY)
    /// `O_CREAT`.
    public static let create = Options(rawValue: O_CREAT)
    /// `O_EXCL`.
    public static let exclusive = Options(rawValue: O_EXCL)
    /// `O_TRUNC`.
    public static let truncate = Options(rawValue: O_TRUNC)
    /// `O_DIRECTORY`.
    public static let directory = Options(rawValue: O_DIRECTORY)
    /// `O_NOFOLLOW`.
    public static let noFollow = Options(rawValue: O_NOFOLLOW)
    /// `O_NONBLOCK`: opening a fifo does not wait; makes no difference for regular files.
    public static let nonBlocking = Options(rawValue: O_NONBLOCK)
  }

  /// Opens a file with open(2), close-on-exec.
  public init(
    opening path: FilePath, _ options: Options = [], mode: UInt32 = 0o644
  ) throws(SystemError) {
    let number = try retrying("open", path) {
      path.withPlatformString { firn_openat(AT_FDCWD, $0, options.rawValue | O_CLOEXEC, mode) }
    }
    self.init(owning: number, path: path)
  }
}
