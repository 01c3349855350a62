internal import CSquashfs

extension TreeWriter {
  /// Writes the tables that follow the directories, in the order that readers check.
  mutating func writeTables(
    _ superblock: inout sqfs_super_t, _ layout: BlobLayout
  ) throws(SquashFSError) {
    if !layout.fragments.isEmpty {
      superblock.fragment_table_start = try writeTable(Self.encode(layout.fragments))
      superblock.fragment_entry_count = try Self.count(layout.fragments)
    }
    superblock.export_table_start = try writeTable(encodedReferences())
    superblock.id_table_start = try writeTable(ids.encoded)
    superblock.id_count = UInt16(ids.ids.count)
    if !xattrs.isEmpty {
      superblock.xattr_id_table_start = try xattrs.write(to: tables, compressor: compressor)
    }
  }

  /// Writes a table, then the list of its blocks.
  ///
  /// - Returns: Where the list starts.
  private func writeTable(_ bytes: [UInt8]) throws(SquashFSError) -> UInt64 {
    var start: UInt64 = 0
    let status = bytes.withUnsafeBytes {
      sqfs_write_table(tables.pointer, compressor.pointer, $0.baseAddress, $0.count, &start)
    }
    try LibraryStatus.check(status, "writing a table")
    return start
  }

  private static func count(_ fragments: [LinkedFragment]) throws(SquashFSError) -> UInt32 {
    guard let count = UInt32(exactly: fragments.count), count < .max else {
      throw .notRepresentable("\(fragments.count) fragment blocks")
    }
    return count
  }

  private static func encode(_ fragments: [LinkedFragment]) -> [UInt8] {
    var bytes: [UInt8] = []
    for fragment in fragments {
      bytes.appendLittleEndian(fragment.start)
      bytes.appendLittleEndian(fragment.word.rawValue)
      bytes.appendLittleEndian(UInt32(0))
    }
    return bytes
  }

  private func encodedReferences() -> [UInt8] {
    var bytes: [UInt8] = []
    for reference in references { bytes.appendLittleEndian(reference?.rawValue ?? .max) }
    return bytes
  }
}
