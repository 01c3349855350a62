import FileTree
import SquashFS

extension Volume {
  /// The volume's tree in canonical form, as ``FileTree/dump()`` gives it.
  func dump() throws -> [DumpLine] {
    var dump = Dump()
    var pending: [(path: ByteString, inode: Inode)] = [("", try inode(root))]
    while let (path, inode) = pending.popLast() {
      try dump.add(path, identity: UInt64(inode.number)) { try describe(inode) }
      guard case .directory = inode.kind else { continue }
      for (name, child) in try children(of: inode) {
        let separator: [UInt8] = path.isEmpty ? [] : [UInt8(ascii: "/")]
        pending.append((ByteString(path.bytes + separator + name), child))
      }
    }
    return dump.lines()
  }

  /// The entries of a directory in the order of the listing.
  func children(of directory: Inode) throws -> [(name: [UInt8], inode: Inode)] {
    var entries: [(DirectoryEntry, [UInt8])] = []
    try forEachEntry(in: directory) { entry, name in
      entries.append((entry, name.withUnsafeBytes { Array($0) }))
      return true
    }
    return try entries.map { ($0.1, try inode($0.0.inode)) }
  }

  private func describe(_ inode: Inode) throws -> DumpedInode {
    var dumped = DumpedInode(
      mode: UInt32(inode.mode), uid: inode.uid, gid: inode.gid, mtime: Int64(inode.mtime),
      links: UInt64(inode.links), xattrs: try xattrs(of: inode))
    switch inode.kind {
    case .directory:
      dumped.mode |= 0o040000
      dumped.links = 1
    case .regular(let file):
      dumped.mode |= 0o100000
      dumped.size = file.size
    case .symbolicLink:
      let target = ByteString(try linkTarget(of: inode))
      dumped.mode |= 0o120000
      dumped.size = UInt64(target.count)
      dumped.payload = .target(target)
    case .blockDevice(let number):
      dumped.mode |= 0o060000
      dumped.payload = .device(number)
    case .characterDevice(let number):
      dumped.mode |= 0o020000
      dumped.payload = .device(number)
    case .fifo: dumped.mode |= 0o010000
    case .socket: dumped.mode |= 0o140000
    }
    return dumped
  }
}

extension BlockReader {
  /// The whole content of a file.
  func content(of inode: Inode) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xAA, count: Int(inode.size))
    var done = 0
    while done < bytes.count {
      var rest = Array(bytes[done...])
      let count = try read(inode, at: UInt64(done), into: &rest)
      guard count > 0 else { break }
      bytes.replaceSubrange(done..<done + count, with: rest[..<count])
      done += count
    }
    return bytes
  }
}

extension Metadata {
  /// The superblock at the start of the head.
  func superblock() throws -> Superblock {
    let span = head.span
    return try Superblock(parsing: span.bytes)
  }
}

extension Volume {
  /// The inode at a path from the root; symbolic links are not followed.
  func inode(at path: String) throws -> Inode {
    var inode = try inode(root)
    for name in path.split(separator: "/") {
      let match = try children(of: inode).first { $0.name == Array(name.utf8) }
      guard let match else { throw ReaderShell.Failed(description: "no \(path)") }
      inode = match.inode
    }
    return inode
  }
}
