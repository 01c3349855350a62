/// The extended attributes of all inodes.
///
/// A set is a row of pairs in a chain of metadata blocks: 16-bit type (the namespace; bit 8 says
/// that the value lies elsewhere), 16-bit length and bytes of the name without its namespace, 32-bit
/// length and bytes of the value. A value that lies elsewhere is replaced by a 64-bit reference to a
/// length and bytes. Inodes name sets by an index into a table of 16 bytes a set: reference to the
/// first pair, number of pairs, size.
struct XattrSets: Sendable {
  private let sets: Table
  private let pairs: DecodedChain
  /// How many sets there are.
  let count: Int
  /// Where in the image the first byte of all this is; the table before it ends there.
  let firstBlock: UInt64

  /// Reads the tables and checks every set; `nil` when the image has none.
  init?(
    _ stored: inout StoredMetadata, _ superblock: Superblock, _ limits: VolumeLimits
  ) throws(SquashFSError) {
    guard superblock.xattrTable != Superblock.noTable else { return nil }
    let table = Table(memory: stored.memory, structure: .xattrTable)
    let header = try stored.offset(of: superblock.xattrTable, .xattrTable)
    firstBlock = try table.word64(header)
    count = Int(try table.word32(header + 8))
    guard count > 0 else { return nil }
    guard UInt64(superblock.xattrTable) >= firstBlock else {
      throw .corrupt(.xattrTable, .outOfBounds)
    }
    let list = try stored.list(
      at: superblock.xattrTable + 16, size: UInt64(count) * 16, .xattrTable)
    sets = list.table
    pairs = try stored.chain(from: firstBlock, to: list.firstBlock, .xattrTable)
    try check(limits)
  }

  /// The place of a set's first pair and the number of its pairs.
  private func set(_ index: Int) throws(SquashFSError) -> (offset: Int, count: Int) {
    guard index < count else { throw .corrupt(.inode, .outOfBounds) }
    let reference = InodeReference(rawValue: try sets.word64(index * 16))
    let pairCount = Int(try sets.word32(index * 16 + 8))
    guard let offset = pairs.blocks.flat(of: reference) else {
      throw .corrupt(.xattrTable, .outOfBounds)
    }
    return (offset, pairCount)
  }

  /// Walks over all sets once; they must not overlap, so that this takes linear time.
  private func check(_ limits: VolumeLimits) throws(SquashFSError) {
    var budget = pairs.table.memory.count
    for index in 0..<count {
      var bytes: UInt64 = 0
      try forEach(index) { (pair) throws(SquashFSError) in
        budget -= 8
        guard budget >= 0 else { throw .corrupt(.xattrTable, .overlap) }
        guard pair.valueCount <= 65536 else { throw .corrupt(.xattrs, .badSize) }
        try checkName(pair)
        bytes += UInt64(pair.nameCount + pair.valueCount)
        guard bytes <= limits.xattrBytesPerInode else {
          throw .tooLarge(.xattrs, limit: limits.xattrBytesPerInode)
        }
        return true
      }
    }
  }

  private func checkName(_ pair: XattrPair) throws(SquashFSError) {
    try pairs.table.withBytes(pair.nameStart, pair.nameCount) { (name) throws(SquashFSError) in
      guard pair.nameCount <= 255, !name.contains(0) else { throw .corrupt(.xattrs, .badName) }
    }
  }
}

/// One extended attribute: where its name and value lie.
struct XattrPair {
  /// The namespace with its period; `nil` where the format defines none.
  let namespace: StaticString?
  let nameStart: Int
  let nameCount: Int
  let valueStart: Int
  let valueCount: Int
}

extension XattrSets {
  /// Hands each attribute of a set to a closure, until it returns false.
  func forEach(
    _ index: Int, _ body: (XattrPair) throws(SquashFSError) -> Bool
  ) throws(SquashFSError) {
    var (offset, remaining) = try set(index)
    while remaining > 0 {
      let pair = try pair(at: &offset)
      guard try body(pair) else { return }
      remaining -= 1
    }
  }

  /// Reads the attribute at an offset and moves behind it.
  private func pair(at offset: inout Int) throws(SquashFSError) -> XattrPair {
    let table = pairs.table
    let type = try table.word16(offset)
    let nameStart = offset + 4
    let nameCount = Int(try table.word16(offset + 2))
    let value = nameStart + nameCount
    let storedCount = Int(try table.word32(value))
    guard table.memory.contains(value + 4, storedCount) else { throw outOfBounds }
    offset = value + 4 + storedCount
    var (valueStart, valueCount) = (value + 4, storedCount)
    if type & 0x100 != 0 {
      guard storedCount == 8 else { throw .corrupt(.xattrs, .badSize) }
      let reference = InodeReference(rawValue: try table.word64(value + 4))
      guard let flat = pairs.blocks.flat(of: reference) else { throw outOfBounds }
      (valueStart, valueCount) = (flat + 4, Int(try table.word32(flat)))
      guard table.memory.contains(valueStart, valueCount) else { throw outOfBounds }
    }
    return XattrPair(
      namespace: Self.namespace(type), nameStart: nameStart, nameCount: nameCount,
      valueStart: valueStart, valueCount: valueCount)
  }

  private var outOfBounds: SquashFSError { .corrupt(.xattrTable, .outOfBounds) }

  private static func namespace(_ type: UInt16) -> StaticString? {
    switch type & 0xFF {
    case 0: "user."
    case 1: "trusted."
    case 2: "security."
    default: nil
    }
  }

  /// Lends the name, without its namespace, to a closure.
  func withName<Result>(
    of pair: XattrPair, _ body: (RawSpan) throws(SquashFSError) -> Result
  ) throws(SquashFSError) -> Result {
    try pairs.table.withBytes(pair.nameStart, pair.nameCount, body)
  }

  /// Lends the value to a closure.
  func withValue<Result>(
    of pair: XattrPair, _ body: (RawSpan) throws(SquashFSError) -> Result
  ) throws(SquashFSError) -> Result {
    try pairs.table.withBytes(pair.valueStart, pair.valueCount, body)
  }
}
