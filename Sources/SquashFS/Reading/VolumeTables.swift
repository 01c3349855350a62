/// All metadata of an image, decompressed, as flat tables.
struct VolumeTables: Sendable {
  let superblock: Superblock
  let inodes: DecodedChain
  let directories: DecodedChain
  let ids: Table
  let fragments: Table?
  let xattrs: XattrSets?

  /// Decompresses every table, and checks those that stand alone.
  init(
    _ blob: some Blob, superblock: Superblock, limits: VolumeLimits
  ) throws(SquashFSError) {
    var stored = try StoredMetadata(blob, superblock: superblock, limits: limits)
    let ids = try stored.list(
      at: superblock.idTable, size: UInt64(superblock.idCount) * 4, .idTable)
    let fragments = try Self.fragments(&stored, superblock)
    let export = try Self.export(&stored, superblock)
    let xattrs = try XattrSets(&stored, superblock, limits)
    // The directory table has no length of its own: it ends where the next table begins.
    let next = [ids.firstBlock, fragments?.firstBlock, export?.firstBlock, xattrs?.firstBlock]
    let end = next.reduce(superblock.bytesUsed) { min($0, $1 ?? $0) }
    self.superblock = superblock
    self.ids = ids.table
    self.fragments = fragments?.table
    self.xattrs = xattrs
    inodes = try stored.chain(
      from: superblock.inodeTable, to: superblock.directoryTable, .inodeTable)
    directories = try stored.chain(from: superblock.directoryTable, to: end, .directoryTable)
    if let export { try check(export: export.table) }
  }

  /// Reads the fragment table, 16 bytes a block: address, size word, 4 bytes unused.
  private static func fragments(
    _ stored: inout StoredMetadata, _ superblock: Superblock
  ) throws(SquashFSError) -> DecodedList? {
    guard superblock.fragmentCount > 0 else { return nil }
    let size = UInt64(superblock.fragmentCount) * 16
    let list = try stored.list(at: superblock.fragmentTable, size: size, .fragmentTable)
    for index in 0..<Int(superblock.fragmentCount) {
      let address = try list.table.word64(index * 16)
      let word = SizeWord(rawValue: try list.table.word32(index * 16 + 8))
      guard word.isValid, word.storedSize > 0, word.storedSize <= superblock.blockSize else {
        throw .corrupt(.fragmentTable, .badSize)
      }
      guard superblock.contains(address, UInt64(word.storedSize)) else {
        throw .corrupt(.fragmentTable, .outOfBounds)
      }
    }
    return list
  }

  /// Reads the export table: one inode reference for each inode number from 1 on.
  private static func export(
    _ stored: inout StoredMetadata, _ superblock: Superblock
  ) throws(SquashFSError) -> DecodedList? {
    guard superblock.exportTable != Superblock.noTable else { return nil }
    let size = UInt64(superblock.inodeCount) * 8
    return try stored.list(at: superblock.exportTable, size: size, .exportTable)
  }

  /// Checks that every reference of the export table points into the inode table.
  private func check(export: Table) throws(SquashFSError) {
    for index in 0..<Int(superblock.inodeCount) {
      let reference = InodeReference(rawValue: try export.word64(index * 8))
      guard let flat = inodes.blocks.flat(of: reference), inodes.table.memory.contains(flat, 1)
      else { throw .corrupt(.exportTable, .outOfBounds) }
    }
  }

  /// The user or group id at an index of the id table.
  func id(_ index: UInt16) throws(SquashFSError) -> UInt32 {
    try ids.word32(Int(index) * 4)
  }
}

extension Superblock {
  /// Whether a range of bytes lies behind the superblock and inside of the file system.
  func contains(_ address: UInt64, _ count: UInt64) -> Bool {
    address >= UInt64(Self.byteCount) && address <= bytesUsed && count <= bytesUsed - address
  }
}
