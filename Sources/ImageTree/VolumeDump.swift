internal import Digests
internal import FUSE
public import FileTree
public import SquashFS
public import SystemPackage

/// Writes the canonical text of a volume; see ``FileTree/DumpLine``.
public enum VolumeDump {
  /// The lines of a volume.
  ///
  /// - Parameter content: Where to read the files' content for its SHA-256; nil to leave that out.
  /// - Throws: `EIO` for damaged metadata or content that cannot be read.
  public static func lines(
    of volume: Volume, content: (any VolumeContent)?
  ) throws(Errno) -> [DumpLine] {
    let reader = content.map { VolumeReader(volume: volume, content: $0) }
    var dump = Dump()
    var pending: [(path: ByteString, inode: Inode)] = []
    pending.append((ByteString([]), try inode(volume.root, volume)))
    while let next = pending.popLast() {
      try dump.add(next.path, identity: UInt64(next.inode.number)) { () throws(Errno) in
        try describe(next.inode, volume, reader)
      }
      guard case .directory = next.inode.kind else { continue }
      for (name, position) in try entries(of: next.inode, volume) {
        pending.append((next.path.appending(name), try inode(position, volume)))
      }
    }
    return dump.lines()
  }

  private static func inode(
    _ position: InodePosition, _ volume: Volume
  ) throws(Errno) -> Inode {
    try checked { () throws(SquashFSError) in try volume.inode(position) }
  }

  private static func entries(
    of directory: Inode, _ volume: Volume
  ) throws(Errno) -> [(ByteString, InodePosition)] {
    var found: [(ByteString, InodePosition)] = []
    try checked { () throws(SquashFSError) in
      try volume.forEachEntry(in: directory) { entry, name in
        found.append((ByteString(name.withUnsafeBytes { Array($0) }), entry.inode))
        return true
      }
    }
    return found
  }

  private static func describe(
    _ inode: Inode, _ volume: Volume, _ reader: VolumeReader?
  ) throws(Errno) -> DumpedInode {
    var result = DumpedInode(
      mode: inode.type.nodeKind.rawValue | UInt32(inode.mode), uid: inode.uid, gid: inode.gid,
      mtime: Int64(inode.mtime), links: inode.type == .directory ? 1 : UInt64(inode.links),
      xattrs: try checked { () throws(SquashFSError) in try volume.xattrs(of: inode) })
    switch inode.kind {
    case .directory, .fifo, .socket: break
    case .regular(let file):
      result.size = file.size
      if let reader { result.digest = try digest(of: inode, file.size, reader) }
    case .symbolicLink:
      let target = try checked { () throws(SquashFSError) in try volume.linkTarget(of: inode) }
      result.size = UInt64(target.count)
      result.payload = .target(ByteString(target))
    case .blockDevice(let number), .characterDevice(let number): result.payload = .device(number)
    }
    return result
  }

  private static func digest(
    of inode: Inode, _ size: UInt64, _ reader: VolumeReader
  ) throws(Errno) -> [UInt8] {
    var hasher = SHA256Hasher()
    var position: UInt64 = 0
    while position < size {
      let part = try reader.read(inode, at: position, count: 1 << 20).copied()
      guard !part.isEmpty else { throw .ioError }
      hasher.update(part.span.bytes)
      position += UInt64(part.count)
    }
    return hasher.finalize().bytes
  }
}
