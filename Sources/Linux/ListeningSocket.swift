internal import CLinux
internal import Glibc
public import SystemPackage

/// A socket to which other processes of this machine connect: close-on-exec, never blocking.
public struct ListeningSocket: ~Copyable, Sendable {
  let descriptor: OwnedDescriptor
  /// The name of a socket in the file system, with the inode that it had when it was made.
  private let name: (path: FilePath, inode: UInt64)?

  /// How many connections wait to be accepted.
  private static let backlog: Int32 = 64

  private init(_ descriptor: consuming OwnedDescriptor, _ name: (FilePath, UInt64)?) {
    self.descriptor = descriptor
    self.name = name
  }

  /// Makes a socket in the file system (unix(7)), in the place of one that is there already, whether
  /// anybody listens to that or not.
  ///
  /// There is never a moment without a socket of that name, or with one that does not answer.
  ///
  /// - Parameter mode: Who may connect: whoever may write.
  /// - Throws: `ENAMETOOLONG` for more than 107 bytes, and what bind(2) or rename(2) say.
  public init(at path: FilePath, mode: UInt32) throws(SystemError) {
    let descriptor = try Self.open(AF_UNIX, path)
    let fresh = FilePath("\(path).\(getpid())")
    // What a process of this number, which is no more, may have left.
    _ = try? Paths.unlink(fresh)
    let number = descriptor.rawValue
    _ = try retrying("bind", path) { fresh.withPlatformString { firn_bind_unix(number, $0) } }
    let inode: UInt64
    do throws(SystemError) {
      try Paths.setMode(fresh, mode)
      try Self.listen(number, path)
      inode = try FileStatus(of: fresh, followingLinks: false).inode
      try Paths.rename(fresh, to: path)
    } catch {
      _ = try? Paths.unlink(fresh)
      throw error
    }
    self.init(descriptor, (path, inode))
  }

  /// Makes a socket at an address of this machine (ip(7)).
  ///
  /// - Throws: `EADDRINUSE` when somebody listens there.
  public init(at address: LoopbackAddress) throws(SystemError) {
    let isVersion6 = address.family == .version6
    let descriptor = try Self.open(isVersion6 ? AF_INET6 : AF_INET, nil)
    let number = descriptor.rawValue
    _ = try retrying("bind", nil) {
      firn_bind_loopback(number, isVersion6 ? 1 : 0, address.port)
    }
    try Self.listen(number, nil)
    self.init(descriptor, nil)
  }

  /// The port; 0 for a socket that has none.
  public var port: UInt16 { firn_socket_port(descriptor.rawValue) }

  /// The next connection, never blocking and close-on-exec; nil when nobody waits.
  func accept() throws(SystemError) -> OwnedDescriptor? {
    let number = descriptor.rawValue
    do throws(SystemError) {
      return OwnedDescriptor(
        owning: try retrying("accept", nil) { firn_accept_nonblocking(number) })
    } catch {
      // The peer may have gone while it waited.
      if [.wouldBlock, .connectionAbort].contains(error.errno) { return nil }
      throw error
    }
  }

  /// Takes its name out of the file system, unless another socket has come to have it.
  ///
  /// It does nothing where there is no name.
  public func removeName() {
    guard let name else { return }
    let status = try? FileStatus(of: name.path, followingLinks: false)
    if status?.inode == name.inode { _ = try? Paths.unlink(name.path) }
  }

  private static func open(
    _ family: Int32, _ path: FilePath?
  ) throws(SystemError) -> OwnedDescriptor {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    return OwnedDescriptor(
      owning: try retrying("socket", path) { socket(family, type, 0) }, path: path)
  }

  private static func listen(_ number: Int32, _ path: FilePath?) throws(SystemError) {
    _ = try retrying("listen", path) { Glibc.listen(number, backlog) }
  }
}
