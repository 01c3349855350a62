internal import FileTree

/// What all inodes begin with: 16 bytes.
private struct InodeHeader {
  let type: UInt16
  let mode: UInt16
  let uid: UInt32
  let gid: UInt32
  let mtime: UInt32
  let number: UInt32
}

extension VolumeTables {
  /// Reads the inode at an offset of the flat inode table; any offset is safe.
  func inode(at position: InodePosition) throws(SquashFSError) -> Inode {
    let offset = Int(position.rawValue)
    let table = inodes.table
    let header = InodeHeader(
      type: try table.word16(offset), mode: try table.word16(offset + 2),
      uid: try id(table.word16(offset + 4)), gid: try id(table.word16(offset + 6)),
      mtime: try table.word32(offset + 8), number: try table.word32(offset + 12))
    let body = offset + 16
    func make(
      _ kind: Inode.Kind, links: UInt32, xattrs: UInt32 = Inode.noXattrs
    ) throws(SquashFSError) -> Inode {
      try check(xattrIndex: xattrs)
      return Inode(
        position: position, number: header.number, mode: header.mode & 0o7777, uid: header.uid,
        gid: header.gid, mtime: header.mtime, links: links, kind: kind, xattrIndex: xattrs)
    }
    switch header.type {
    case 1:
      return try make(.directory(basicListing(body)), links: table.word32(body + 4))
    case 2:
      return try make(.regular(basicFile(body)), links: 1)
    case 3:
      return try make(.symbolicLink(target(body)), links: table.word32(body))
    case 4, 5, 6, 7:
      return try make(special(header.type, body), links: table.word32(body))
    case 8:
      return try make(
        .directory(extendedListing(body)), links: table.word32(body),
        xattrs: table.word32(body + 20))
    case 9:
      return try make(
        .regular(extendedFile(body)), links: table.word32(body + 24),
        xattrs: table.word32(body + 36))
    case 10:
      let target = try target(body)
      return try make(
        .symbolicLink(target), links: table.word32(body),
        xattrs: table.word32(target.start + target.byteCount))
    case 11, 12:
      return try make(
        special(header.type - 7, body), links: table.word32(body), xattrs: table.word32(body + 8))
    case 13, 14:
      return try make(
        special(header.type - 7, body), links: table.word32(body), xattrs: table.word32(body + 4))
    default:
      throw .corrupt(.inode, .badValue)
    }
  }

  private func check(xattrIndex: UInt32) throws(SquashFSError) {
    // The kernel shows an inode without attributes when the image has no table for them.
    guard xattrIndex != Inode.noXattrs, let xattrs else { return }
    guard Int(xattrIndex) < xattrs.count else { throw .corrupt(.inode, .outOfBounds) }
  }
}

// MARK: - Directories, symbolic links, devices

extension VolumeTables {
  private func basicListing(_ body: Int) throws(SquashFSError) -> Inode.Listing {
    try listing(
      block: inodes.table.word32(body), offset: inodes.table.word16(body + 10),
      size: UInt32(inodes.table.word16(body + 8)), parent: inodes.table.word32(body + 12))
  }

  private func extendedListing(_ body: Int) throws(SquashFSError) -> Inode.Listing {
    try listing(
      block: inodes.table.word32(body + 8), offset: inodes.table.word16(body + 18),
      size: inodes.table.word32(body + 4), parent: inodes.table.word32(body + 12))
  }

  /// The stored size of a listing counts 3 bytes for `.` and `..`, which are not stored.
  private func listing(
    block: UInt32, offset: UInt16, size: UInt32, parent: UInt32
  ) throws(SquashFSError) -> Inode.Listing {
    guard size > 3 else { return Inode.Listing(parentNumber: parent, start: 0, byteCount: 0) }
    let reference = InodeReference(block: block, offset: offset)
    guard let start = directories.blocks.flat(of: reference),
      directories.table.memory.contains(start, Int(size) - 3)
    else { throw .corrupt(.inode, .outOfBounds) }
    return Inode.Listing(parentNumber: parent, start: start, byteCount: Int(size) - 3)
  }

  private func target(_ body: Int) throws(SquashFSError) -> Inode.Target {
    let count = Int(try inodes.table.word32(body + 4))
    guard inodes.table.memory.contains(body + 8, count) else {
      throw .corrupt(.symbolicLink, .outOfBounds)
    }
    return Inode.Target(byteCount: count, start: body + 8)
  }

  /// Devices have a number as Linux packs it: 8 low bits minor, 12 bits major, 12 bits minor.
  private func special(_ type: UInt16, _ body: Int) throws(SquashFSError) -> Inode.Kind {
    if type == 6 { return .fifo }
    if type == 7 { return .socket }
    let packed = try inodes.table.word32(body + 4)
    let number = DeviceNumber(
      major: packed >> 8 & 0xFFF, minor: packed & 0xFF | packed >> 12 & 0xF_FF00)
    return type == 4 ? .blockDevice(number) : .characterDevice(number)
  }
}

// MARK: - Regular files

extension VolumeTables {
  private func basicFile(_ body: Int) throws(SquashFSError) -> Inode.File {
    try file(
      size: UInt64(inodes.table.word32(body + 12)), sparse: 0,
      start: UInt64(inodes.table.word32(body)), fragment: inodes.table.word32(body + 4),
      offset: inodes.table.word32(body + 8), words: body + 16)
  }

  private func extendedFile(_ body: Int) throws(SquashFSError) -> Inode.File {
    try file(
      size: inodes.table.word64(body + 8), sparse: inodes.table.word64(body + 16),
      start: inodes.table.word64(body), fragment: inodes.table.word32(body + 28),
      offset: inodes.table.word32(body + 32), words: body + 40)
  }

  private func file(
    size: UInt64, sparse: UInt64, start: UInt64, fragment: UInt32, offset: UInt32, words: Int
  ) throws(SquashFSError) -> Inode.File {
    let blockSize = UInt64(superblock.blockSize)
    var blockCount = size / blockSize
    let rest = size % blockSize
    let hasTail = fragment != Inode.File.noFragment && rest > 0
    if hasTail {
      guard fragment < superblock.fragmentCount, UInt64(offset) + rest <= blockSize else {
        throw .corrupt(.regularFile, .outOfBounds)
      }
    } else if rest > 0 {
      blockCount += 1
    }
    guard size <= UInt64(Int64.max), blockCount <= UInt64(inodes.table.memory.count) / 4,
      inodes.table.memory.contains(words, Int(blockCount) * 4)
    else { throw .corrupt(.regularFile, .badSize) }
    return Inode.File(
      size: size, sparse: min(sparse, size), blockCount: UInt32(blockCount), blocksStart: start,
      words: words, fragment: hasTail ? fragment : Inode.File.noFragment, fragmentOffset: offset)
  }
}
