internal import CLinux
internal import Glibc
public import SystemPackage

/// A directory in which files are opened by relative paths, and no symbolic link is ever followed:
/// whatever lies in it, nothing outside of it is opened (openat(2), `O_NOFOLLOW`).
///
/// Owned by one task at a time. Files of the directory last used are found with one system call.
public struct EnclosedDirectory: ~Copyable, Sendable {
  /// The directory's path, for messages.
  public let path: FilePath
  private let root: OwnedDescriptor
  /// The directory last used, below the root, and its number or the root's.
  private var parent: OwnedDescriptor?
  private var parentNumber: Int32
  private var parentParts: [[UInt8]] = []

  /// Opens a directory; links in this path are followed.
  public init(opening path: FilePath) throws(SystemError) {
    self.path = path
    root = try OwnedDescriptor(opening: path, .directory)
    parentNumber = root.rawValue
  }

  /// Opens a file for reading.
  ///
  /// - Parameter name: The path below the directory, in bytes; empty parts and `.` do not count,
  ///   and `..` takes away the part before it.
  /// - Throws: `ELOOP` or `ENOTDIR` where a symbolic link is on the way or at its end, `EINVAL`
  ///   for a path that leaves the directory, and what open(2) says.
  public mutating func open(_ name: [UInt8]) throws(SystemError) -> OwnedDescriptor {
    let full = path.appending(String(decoding: name, as: UTF8.self))
    guard var parts = Self.parts(of: name), let last = parts.popLast() else {
      throw SystemError("openat", full, .invalidArgument)
    }
    if parts != parentParts { try enter(parts, for: full) }
    let directory = parentNumber
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    let number = try retrying("openat", full) { firn_openat(directory, Self.text(last), flags, 0) }
    return OwnedDescriptor(owning: number, path: full)
  }

  private mutating func enter(_ parts: [[UInt8]], for full: FilePath) throws(SystemError) {
    parent = nil
    parentNumber = root.rawValue
    parentParts = []
    for part in parts {
      let directory = parentNumber
      let number = try retrying("openat", full) {
        firn_open_directory(directory, Self.text(part))
      }
      parent = OwnedDescriptor(owning: number, path: full)
      parentNumber = number
      parentParts.append(part)
    }
  }

  /// The parts of a path; nil where it leaves the directory or has a null byte.
  private static func parts(of name: [UInt8]) -> [[UInt8]]? {
    guard !name.contains(0) else { return nil }
    var parts: [[UInt8]] = []
    for part in name.split(separator: UInt8(ascii: "/")) where !part.elementsEqual(".".utf8) {
      if !part.elementsEqual("..".utf8) {
        parts.append(Array(part))
      } else if parts.popLast() == nil {
        return nil
      }
    }
    return parts
  }

  private static func text(_ part: [UInt8]) -> [CChar] {
    part.map { CChar(bitPattern: $0) } + [0]
  }
}
