/// One walk over the whole tree when a volume is opened: it checks everything that later operations
/// rely on, and builds what makes them fast.
///
/// It takes time linear in the size of the tables, whatever they hold: a directory that is listed
/// twice ends the walk, and inodes and listings must not overlap, so that no byte is read more often
/// than a fixed number of times. What the walk did not reach does not exist for the volume.
struct Survey {
  private let tables: VolumeTables
  /// The positions of all inodes that have a name, and the root's.
  private(set) var known: BitSet
  private(set) var index = DirectoryIndex()
  private(set) var offsets = BlockOffsets()
  private var numbers: BitSet
  private var pending: [Inode.Listing] = []
  private var inodeBytes = 0
  private var listingBytes = 0

  /// Walks the tree from its root.
  init(_ tables: VolumeTables, root: InodePosition) throws(SquashFSError) {
    self.tables = tables
    // An inode takes at least 20 bytes.
    let inodes = tables.inodes.table.memory.count
    guard Int(tables.superblock.inodeCount) <= inodes / 20 else {
      throw .corrupt(.superblock, .mismatch)
    }
    known = BitSet(capacity: inodes)
    numbers = BitSet(capacity: Int(tables.superblock.inodeCount) + 1)
    let inode = try visit(root)
    guard case .directory = inode.kind else { throw .corrupt(.superblock, .mismatch) }
    while let listing = pending.popLast() { try visit(listing) }
    index.finish()
    offsets.finish()
  }

  /// Checks an inode that was not seen before, and queues a directory's listing.
  @discardableResult
  private mutating func visit(_ position: InodePosition) throws(SquashFSError) -> Inode {
    let inode = try tables.inode(at: position)
    guard inode.number >= 1, inode.number <= tables.superblock.inodeCount else {
      throw .corrupt(.inode, .badValue)
    }
    guard numbers.insert(Int(inode.number)) else { throw .corrupt(.inode, .duplicateNumber) }
    _ = known.insert(Int(position.rawValue))
    var bytes = 20
    switch inode.kind {
    case .directory(let listing):
      listingBytes += listing.byteCount
      guard listingBytes <= tables.directories.table.memory.count else {
        throw .corrupt(.directoryTable, .overlap)
      }
      pending.append(listing)
    case .regular(let file):
      bytes += Int(file.blockCount) * 4
      try account(bytes)
      try check(file)
      return inode
    case .symbolicLink(let target):
      bytes += target.byteCount
      try account(bytes)
      try check(target)
      return inode
    case .blockDevice, .characterDevice, .fifo, .socket: break
    }
    try account(bytes)
    return inode
  }

  /// Counts the bytes of an inode: all together cannot take more than the table has.
  private mutating func account(_ bytes: Int) throws(SquashFSError) {
    inodeBytes += bytes
    guard inodeBytes <= tables.inodes.table.memory.count else {
      throw .corrupt(.inodeTable, .overlap)
    }
  }
}

// MARK: - Directories

extension Survey {
  /// Checks the entries of a directory and visits the inodes that are new.
  private mutating func visit(_ listing: Inode.Listing) throws(SquashFSError) {
    var place = ListingPlace(listing)
    var anchors: [DirectoryIndex.Anchor] = []
    var count = 0
    var previous: DirectoryEntry?
    while let entry = try tables.next(&place) {
      try check(entry, after: previous)
      try follow(entry)
      if count % DirectoryIndex.stride == 0 {
        let header = tables.directories.table
        let total = Int(try header.word32(place.header)) + 1
        anchors.append(
          DirectoryIndex.Anchor(
            entry: UInt32(entry.nameStart - 8), header: UInt32(place.header),
            preceding: UInt32(total - place.remaining - 1)))
      }
      count += 1
      previous = entry
    }
    guard place.offset == place.end, place.remaining == 0 else {
      throw .corrupt(.directory, .badSize)
    }
    if anchors.count > 1 { index.append(anchors) }
  }

  /// Checks a name by itself and its order.
  private func check(
    _ entry: DirectoryEntry, after previous: DirectoryEntry?
  ) throws(SquashFSError) {
    try tables.directories.table.withBytes(entry.nameStart, entry.nameCount) {
      (name) throws(SquashFSError) in
      guard name.isEntryName else { throw .corrupt(.directory, .badName) }
      guard let previous else { return }
      guard try tables.order(name, to: previous) > 0 else {
        throw .corrupt(.directory, .unordered)
      }
    }
  }

  /// Checks that an entry and its inode agree.
  private mutating func follow(_ entry: DirectoryEntry) throws(SquashFSError) {
    if known.contains(Int(entry.inode.rawValue)) {
      if entry.type == .directory { throw .corrupt(.directory, .cycle) }
    } else {
      try visit(entry.inode)
    }
    // The types of extended inodes are those of basic ones plus 7.
    let offset = Int(entry.inode.rawValue)
    let type = try tables.inodes.table.word16(offset)
    guard type == entry.type.rawValue || type == entry.type.rawValue + 7,
      try tables.inodes.table.word32(offset + 12) == entry.number
    else { throw .corrupt(.directory, .mismatch) }
  }
}

// MARK: - Files and symbolic links

extension Survey {
  /// Checks the size words of a file, and keeps sums of them if there are many.
  private mutating func check(_ file: Inode.File) throws(SquashFSError) {
    let count = Int(file.blockCount)
    let isLarge = count > BlockOffsets.stride
    if isLarge { offsets.begin(file) }
    var sum: UInt64 = 0
    for block in 0..<count {
      if isLarge, block % BlockOffsets.stride == 0 { offsets.append(sum) }
      let word = SizeWord(rawValue: try tables.inodes.table.word32(file.words + block * 4))
      guard word.isValid, word.storedSize <= tables.superblock.blockSize,
        word.isHole || word.storedSize > 0
      else { throw .corrupt(.regularFile, .badSize) }
      sum += UInt64(word.storedSize)
    }
    guard sum == 0 || tables.superblock.contains(file.blocksStart, sum) else {
      throw .corrupt(.regularFile, .outOfBounds)
    }
  }

  /// Checks that a target is one that Linux can show: no zero byte, shorter than PATH_MAX.
  private func check(_ target: Inode.Target) throws(SquashFSError) {
    guard target.byteCount < 4096 else { throw .corrupt(.symbolicLink, .badSize) }
    try tables.inodes.table.withBytes(target.start, target.byteCount) {
      (bytes) throws(SquashFSError) in
      guard !bytes.contains(0) else { throw .corrupt(.symbolicLink, .badName) }
    }
  }
}

extension RawSpan {
  /// Whether one of the bytes has a value.
  func contains(_ byte: UInt8) -> Bool {
    withUnsafeBytes { $0.contains(byte) }
  }

  /// Whether the bytes may be an entry's name.
  var isEntryName: Bool {
    withUnsafeBytes { bytes in
      if bytes.isEmpty || bytes.contains(0) || bytes.contains(UInt8(ascii: "/")) { return false }
      return !(bytes.count <= 2 && bytes.allSatisfy { $0 == UInt8(ascii: ".") })
    }
  }
}
