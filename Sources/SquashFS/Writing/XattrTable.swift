internal import CSquashfs
internal import FileTree

/// The sets of extended attributes of a file system; inodes hold indices into it.
///
/// Equal sets are stored once, and a value that several sets have is stored once. libsquashfs 1.2
/// has a writer for this table, but it writes beyond its memory when the number of sets is a
/// multiple of 512 (`write_id_table` in xattr_writer_flush.c), which crashed at 1,536 sets.
struct XattrTable {
  /// The index that says that an inode has no extended attributes.
  static let none: UInt32 = .max

  private var sets: [[ExtendedAttribute]] = []
  private var indices: [[ExtendedAttribute]: UInt32] = [:]

  /// The index of a set of attributes, which is added when it is new.
  ///
  /// - Throws: `notRepresentable` for attributes that SquashFS cannot hold.
  mutating func index(of set: [ExtendedAttribute]) throws(SquashFSError) -> UInt32 {
    guard !set.isEmpty else { return Self.none }
    if let index = indices[set] { return index }
    for attribute in set { _ = try XattrName(attribute) }
    guard let index = UInt32(exactly: sets.count), index != Self.none else {
      throw .notRepresentable("so many sets of extended attributes")
    }
    sets.append(set)
    indices[set] = index
    return index
  }

  /// Whether there are no sets, and hence no table.
  var isEmpty: Bool { sets.isEmpty }

  /// Writes the table to the end of a file: pairs, sets, then the header with the sets' blocks.
  ///
  /// - Returns: Where the header starts.
  func write(
    to file: MemoryFile, compressor: MetadataCompressor
  ) throws(SquashFSError) -> UInt64 {
    let pairsStart = file.size
    let descriptions = try writePairs(to: file, compressor: compressor)
    let setBlocks = try MetadataBlockWriter(file: file, compressor: compressor)
    var header: [UInt8] = []
    header.appendLittleEndian(pairsStart)
    header.appendLittleEndian(UInt32(sets.count))
    header.appendLittleEndian(UInt32(0))
    for (index, description) in descriptions.enumerated() {
      if index.isMultiple(of: Self.descriptionsInBlock) { header.appendLittleEndian(file.size) }
      try setBlocks.append(description)
    }
    try setBlocks.finish()
    let start = file.size
    file.append(header)
    return start
  }

  private static let descriptionsInBlock = Int(SQFS_META_BLOCK_SIZE) / 16

  /// Writes names and values.
  ///
  /// - Returns: What the table of sets says of each set: reference, count and size.
  private func writePairs(
    to file: MemoryFile, compressor: MetadataCompressor
  ) throws(SquashFSError) -> [[UInt8]] {
    let blocks = try MetadataBlockWriter(file: file, compressor: compressor)
    var values = SharedValues()
    var descriptions: [[UInt8]] = []
    for set in sets {
      let start = try blocks.position(in: "xattr table")
      var size = 0
      for attribute in set {
        let shared = values.reference(to: attribute.value)
        let key = try XattrName(attribute).encoded(isValueElsewhere: shared != nil)
        try blocks.append(key)
        if shared == nil {
          values.note(attribute.value, at: try blocks.position(in: "xattr table"))
        }
        let value = Self.encode(attribute.value, orReference: shared)
        try blocks.append(value)
        size += key.count + value.count
      }
      descriptions.append(try Self.describe(start: start, count: set.count, size: size))
    }
    try blocks.finish()
    return descriptions
  }

  private static func encode(_ value: [UInt8], orReference shared: InodeReference?) -> [UInt8] {
    var bytes: [UInt8] = []
    if let shared {
      bytes.appendLittleEndian(UInt32(MemoryLayout<UInt64>.size))
      bytes.appendLittleEndian(shared.rawValue)
    } else {
      bytes.appendLittleEndian(UInt32(value.count))
      bytes.append(contentsOf: value)
    }
    return bytes
  }

  private static func describe(
    start: InodeReference, count: Int, size: Int
  ) throws(SquashFSError) -> [UInt8] {
    guard let count = UInt32(exactly: count), let size = UInt32(exactly: size) else {
      throw .notRepresentable("\(size) bytes of extended attributes of one inode")
    }
    var bytes: [UInt8] = []
    bytes.appendLittleEndian(start.rawValue)
    bytes.appendLittleEndian(count)
    bytes.appendLittleEndian(size)
    return bytes
  }
}

/// Where values lie that are long enough to be worth a reference.
private struct SharedValues {
  private var references: [[UInt8]: InodeReference] = [:]

  func reference(to value: [UInt8]) -> InodeReference? {
    value.count > MemoryLayout<UInt64>.size ? references[value] : nil
  }

  mutating func note(_ value: [UInt8], at reference: InodeReference) {
    if value.count > MemoryLayout<UInt64>.size { references[value] = reference }
  }
}
