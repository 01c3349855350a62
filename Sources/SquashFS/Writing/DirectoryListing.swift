/// Where a directory's listing lies, for the directory's inode.
struct DirectoryListing {
  /// Where the listing starts in the directory table.
  let start: InodeReference
  /// The number of bytes of the listing.
  let size: UInt32
  /// The index for an extended inode, as stored; empty for a listing that needs none.
  var index: [UInt8] = []
  /// The number of entries of the index.
  var indexCount: UInt16 = 0

  /// What inodes add to the size of a listing, for `.` and `..`, which are not stored.
  static let dotEntries: UInt32 = 3

  /// The size that the inode states.
  var statedSize: UInt32 { size + Self.dotEntries }

  /// Whether only an extended inode can state the size.
  var needsExtendedInode: Bool { statedSize > UInt32(UInt16.max) }
}

/// One entry of a directory index: a header of the listing to start a search at.
struct DirectoryIndexEntry {
  /// The offset of the header in the listing.
  let offset: UInt32
  /// The metadata block that the header starts in, relative to the directory table.
  let block: UInt32
  /// The name that follows the header.
  let name: [UInt8]

  /// Appends the entry as stored.
  func encode(into bytes: inout [UInt8]) {
    bytes.appendLittleEndian(offset)
    bytes.appendLittleEndian(block)
    bytes.appendLittleEndian(UInt32(name.count - 1))
    bytes.append(contentsOf: name)
  }
}

extension DirectoryListing {
  /// Takes those of the headers into the index that make a search read fewer metadata blocks:
  /// the first that starts in each block but the listing's first.
  ///
  /// There is room for 65,535; of more, evenly distributed ones are taken.
  mutating func setIndex(_ headers: [DirectoryIndexEntry]) {
    var last = UInt32(truncatingIfNeeded: start.block)
    var useful: [DirectoryIndexEntry] = []
    for header in headers where header.block != last {
      last = header.block
      useful.append(header)
    }
    let step = useful.count / Int(UInt16.max) + 1
    for position in stride(from: step - 1, to: useful.count, by: step) {
      useful[position].encode(into: &index)
      indexCount += 1
    }
  }
}
