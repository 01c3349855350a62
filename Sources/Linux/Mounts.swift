internal import CLinux
internal import Glibc
public import SystemPackage

/// The system calls that change the tree of mounts.
public enum Mounts {
  /// The flags of mount(2).
  public struct Flags: OptionSet, Sendable {
    /// The bits of mount(2).
    public let rawValue: UInt

    /// Makes flags from the bits of mount(2).
    public init(rawValue: UInt) { self.rawValue = rawValue }

    /// `MS_RDONLY`.
    public static let readOnly = Flags(rawValue: 1)
    /// `MS_NOSUID`.
    public static let noSetuid = Flags(rawValue: 2)
    /// `MS_NODEV`.
    public static let noDevices = Flags(rawValue: 4)
  }

  /// Mounts a file system (mount(2)).
  public static func mount(
    _ source: String, at path: FilePath, type: String, _ flags: Flags, data: String
  ) throws(SystemError) {
    _ = try retrying("mount", path) {
      path.withPlatformString { firn_mount(source, $0, type, flags.rawValue, data) }
    }
  }

  /// Takes the topmost mount at a path out of the tree, also when it is in use or dead.
  ///
  /// Root calls umount2(2) with `MNT_DETACH`; others call fusermount3, which does it for mounts
  /// that this user made.
  ///
  /// - Parameter force: as root, end a FUSE connection first (`MNT_FORCE`), so that nobody waits
  ///   for answers that never come.
  public static func detach(_ path: FilePath, force: Bool = false) throws(DetachError) {
    if geteuid() == 0 {
      let flags: Int32 = force ? detachFlag | forceFlag : detachFlag
      do throws(SystemError) {
        _ = try retrying("umount2", path) { path.withPlatformString { firn_umount2($0, flags) } }
      } catch {
        throw .refused(error)
      }
    } else {
      try detachAsUser(path)
    }
  }

  private static let forceFlag: Int32 = 1
  private static let detachFlag: Int32 = 2

  private static func detachAsUser(_ path: FilePath) throws(DetachError) {
    let result: ChildProcess
    do throws(SystemError) {
      result = try ChildProcess(running: "fusermount3", ["-u", "-z", "--", path.string])
    } catch {
      throw error.errno == .noSuchFileOrDirectory ? .programMissing : .refused(error)
    }
    if result.exitStatus != 0 {
      throw .programFailed(result.output.split(separator: "\n").last.map(String.init) ?? "")
    }
  }

  /// The path as the mount table shows it: absolute, without symbolic links (realpath(3)).
  ///
  /// The last component is not asked about unless it is a symbolic link, so that this works for a
  /// dead mount.
  public static func resolve(_ path: FilePath) throws(SystemError) -> FilePath {
    guard let name = path.lastComponent, name.kind == .regular else { return try real(path) }
    let parent = path.removingLastComponent()
    let candidate = try real(parent.isEmpty ? "." : parent).appending(name)
    var byte: CChar = 0
    let isLink = candidate.withPlatformString { readlink($0, &byte, 1) } >= 0
    return isLink ? try real(candidate) : candidate
  }

  private static func real(_ path: FilePath) throws(SystemError) -> FilePath {
    guard let text = path.withPlatformString({ realpath($0, nil) }) else {
      throw SystemError("realpath", path, .current)
    }
    defer { free(text) }
    return FilePath(platformString: text)
  }
}

/// Why a mount could not be taken out of the tree.
public enum DetachError: Error, Equatable, Sendable {
  /// The kernel refused.
  case refused(SystemError)
  /// fusermount3 refused, and said this.
  case programFailed(String)
  /// There is no fusermount3.
  case programMissing
}
