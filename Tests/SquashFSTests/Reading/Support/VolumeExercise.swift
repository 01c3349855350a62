import SquashFS

/// Calls everything of the reader on a volume of any bytes; shared by tests and the fuzz target.
///
/// Nothing may trap, hang or read out of bounds. Errors are what hostile bytes are supposed to give.
struct VolumeExercise {
  /// How much of one file is read, and how much of all.
  var bytesPerFile = 1 << 18
  var bytesInAll = 4 << 20
  /// How many inodes were visited.
  private(set) var inodes = 0

  private static let limits = VolumeLimits(metadataBytes: 8 << 20, xattrBytesPerInode: 1 << 18)

  /// Opens the bytes and visits all that can be reached.
  mutating func run(_ blob: some Blob) throws(SquashFSError) {
    let volume = try Volume(blob, limits: Self.limits)
    let reader = BlockReader(volume, blob)
    visitStrayPositions(volume)
    var pending = [volume.root]
    while let position = pending.popLast() {
      let inode = try volume.inode(position)
      inodes += 1
      visitAttributes(inode, volume)
      if inode.type == .directory {
        try visit(directory: inode, volume, &pending)
      } else {
        visitWrongKind(inode, volume)
      }
      if inode.type == .regular { read(inode, volume, reader) }
    }
  }

  private func visit(
    directory: Inode, _ volume: Volume, _ pending: inout [InodePosition]
  ) throws(SquashFSError) {
    var entries: [DirectoryEntry] = []
    try volume.forEachEntry(in: directory) { entry, _ in
      entries.append(entry)
      return true
    }
    for (index, entry) in entries.enumerated() {
      let found = try volume.withName(of: entry) { (name) throws(SquashFSError) in
        try volume.lookup(name, in: directory)
      }
      precondition(found == entry, "an entry is found under its own name")
      if entry.type == .directory || index % 16 == 0 || entries.count < 64 {
        pending.append(entry.inode)
      }
    }
    for cookie: UInt64 in [1, 13, 25, 1000, directory.size, .max] {
      var count = 0
      try volume.forEachEntry(in: directory, from: cookie) { _, _ in
        count += 1
        return count < 20
      }
    }
  }

  private func visitAttributes(_ inode: Inode, _ volume: Volume) {
    _ = try? volume.xattr(bytes: Array("security.capability".utf8), of: inode)
    _ = try? volume.xattrs(of: inode)
    _ = try? volume.linkTarget(of: inode)
  }

  private func visitWrongKind(_ inode: Inode, _ volume: Volume) {
    do {
      _ = try volume.lookup(bytes: [UInt8(ascii: "a")], in: inode)
      preconditionFailure("no name is found in what is no directory")
    } catch {}
  }

  private func visitStrayPositions(_ volume: Volume) {
    for position: UInt32 in [0, 1, 31, 32, 8191, 8192, 1 << 16, 1 << 31, .max] {
      _ = try? volume.inode(InodePosition(rawValue: position))
      _ = try? volume.fragment(position)
    }
  }

  private mutating func read(_ inode: Inode, _ volume: Volume, _ reader: BlockReader) {
    _ = try? volume.tail(of: inode)
    var blocks = 0
    try? volume.forEachBlock(of: inode) { number, block in
      blocks += 1
      // The two ways to locate a block agree.
      if blocks < 400 { precondition((try? volume.block(number, of: inode)) == block) }
      return blocks < 100_000
    }
    var buffer = [UInt8](repeating: 0, count: 100_003)
    for start in [0, inode.size / 2, inode.size &- 5, inode.size, .max] {
      var offset = start
      var remaining = bytesPerFile
      while remaining > 0, bytesInAll > 0 {
        guard let count = try? reader.read(inode, at: offset, into: &buffer), count > 0 else {
          break
        }
        offset += UInt64(count)
        remaining -= count
        bytesInAll -= count
      }
    }
  }
}
