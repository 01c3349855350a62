public import Linux
internal import SystemPackage

/// What a server that takes over a mount must know of the one before: the kernel's first request,
/// which it never repeats, and the mount.
///
/// It is kept in a file in memory that the servers and whoever holds the device for them have open,
/// so that it outlives each of them. The form: eight bytes that tell the version; at byte 16 the
/// request, at 4096 the line of the mount table, each with its length in four bytes before it. From
/// ``reservedBytes`` on the file is the file system's, for what the kernel may ask by names that the
/// file system has made up. Safe to use from any thread.
public final class SessionRecord: Sendable {
  /// Where the file system's part of the file begins.
  public static let reservedBytes: UInt64 = 16 << 10

  private static let mark = Array("FIRNSRV1".utf8)
  private static let requestOffset: UInt64 = 16
  private static let mountOffset: UInt64 = 4096
  private let file: OwnedDescriptor

  /// Takes over a file: empty, or what another server has left.
  ///
  /// - Throws: `EPROTO` when another version of this program has left it in another form.
  public init(_ file: consuming OwnedDescriptor) throws(SystemError) {
    let mark = try file.readBytes(at: 0, count: Self.mark.count)
    if mark.isEmpty {
      try file.writeAll(Self.mark.span.bytes, at: 0)
    } else if mark != Self.mark {
      throw SystemError("read", nil, .protocolError)
    }
    self.file = file
  }

  /// Another descriptor of the file, for who keeps more in it.
  public func duplicateFile() throws(SystemError) -> OwnedDescriptor { try file.duplicate() }

  /// Whether there is a mount to go on with.
  public var isComplete: Bool { initialRequest != nil && mount != nil }

  /// Takes the mount out of the tree, unless it is gone or another lies above it; whoever waits for
  /// an answer gets an error where root does it.
  public func detachMount() {
    guard let mount, (try? MountTable.current())?.top(at: mount.mountPoint) == mount else { return }
    try? Mounts.detach(mount.mountPoint, force: true)
  }

  /// The first request.
  var initialRequest: [UInt8]? { text(at: Self.requestOffset, limit: 4096 - 32) }

  /// The mount, as the table showed it when it was made.
  var mount: MountTableEntry? {
    text(at: Self.mountOffset, limit: 12 << 10)
      .flatMap { MountTableEntry(line: Substring(decoding: $0, as: UTF8.self)) }
  }

  func keep(initialRequest bytes: [UInt8]) throws(SystemError) {
    try keep(bytes, at: Self.requestOffset)
  }

  func keep(_ mount: MountTableEntry) throws(SystemError) {
    try keep(Array(mount.line.utf8), at: Self.mountOffset)
  }

  /// The length last: who reads it finds all the rest.
  private func keep(_ bytes: [UInt8], at offset: UInt64) throws(SystemError) {
    try file.writeAll(bytes.span.bytes, at: offset + 4)
    let count = UInt32(bytes.count)
    let length = (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    try file.writeAll(length.span.bytes, at: offset)
  }

  private func text(at offset: UInt64, limit: UInt32) -> [UInt8]? {
    guard let length = try? file.readBytes(at: offset, count: 4), length.count == 4 else {
      return nil
    }
    let count = length.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard count > 0, count <= limit,
      let bytes = try? file.readBytes(at: offset + 4, count: Int(count)), bytes.count == count
    else { return nil }
    return bytes
  }
}
