/// A run of a sparse file's content that is in the archive.
struct SparseRegion {
  var offset: UInt64
  var length: UInt64
}

/// Which runs of a file are in the archive: in order, apart from each other, none empty.
struct SparseMap {
  private(set) var regions: [SparseRegion]

  /// Checks a map as an archive lists it against the file's logical size and stored bytes.
  ///
  /// The listed regions must be in order, without overlap and inside the file, and their lengths
  /// must add up to the stored bytes. Empty regions, such as the one GNU tar puts at the end, are
  /// dropped and neighbours joined, so that every dialect gives the same holes.
  init(
    checking listed: [SparseRegion], size: UInt64, stored: UInt64, limits: TarLimits
  ) throws(TarError.Defect) {
    guard listed.count <= limits.sparseRegions else { throw .tooLarge(.sparseMap) }
    regions = []
    var position: UInt64 = 0
    var total: UInt64 = 0
    for region in listed {
      let (end, overflow) = region.offset.addingReportingOverflow(region.length)
      guard !overflow, region.offset >= position, end <= size else { throw .sparseMapMismatch }
      total += region.length  // At most `size`, because regions do not overlap.
      position = end
      if region.length == 0 { continue }
      if let last = regions.last, last.offset + last.length == region.offset {
        regions[regions.count - 1].length += region.length
      } else {
        regions.append(region)
      }
    }
    guard total == stored else { throw .sparseMapMismatch }
  }
}

/// Reads the sparse map of an old GNU header (type `S`) and the blocks that continue it.
///
/// GNU tar's manual, "Basic Tar Format": four entries at 386 of the header, 21 in each further
/// block; 12 bytes offset and 12 bytes length each; the first empty entry ends the list.
struct OldSparseMapReader {
  private(set) var regions: [SparseRegion] = []
  private(set) var size: UInt64 = 0
  /// Whether another block of the map follows.
  private(set) var continues = false

  /// An empty map.
  init() {}

  /// Reads the part of the map that is in the header.
  init(_ header: HeaderBlock) throws(TarError.Defect) {
    guard header.dialect == .gnu else { throw .unknownSparseFormat }
    let realSize = try header.number(483..<495, .size)
    guard let size = UInt64(exactly: realSize) else { throw .outOfRange(.size) }
    self.size = size
    try take(header.bytes[386..<482])
    continues = header.bytes[482] != 0
  }

  /// Takes a block that continues the map.
  mutating func takeExtension(_ block: [UInt8], limits: TarLimits) throws(TarError.Defect) {
    try take(block[0..<504])
    guard regions.count <= limits.sparseRegions else { throw .tooLarge(.sparseMap) }
    continues = block[504] != 0
  }

  private mutating func take(_ entries: ArraySlice<UInt8>) throws(TarError.Defect) {
    for start in stride(from: entries.startIndex, to: entries.endIndex, by: 24) {
      if entries[start] == 0 { return }
      guard let offset = Numbers.headerField(entries[start..<start + 12]),
        let length = Numbers.headerField(entries[start + 12..<start + 24]),
        offset >= 0, length >= 0
      else { throw .malformed(.sparseMap) }
      regions.append(SparseRegion(offset: UInt64(offset), length: UInt64(length)))
    }
  }
}

/// Reads the sparse map of PAX version 1.0: decimal numbers, each ended by a newline.
///
/// The first is the number of regions, then offsets and lengths in turn; the map fills whole
/// 512-byte blocks before the content.
struct TextSparseMapReader {
  private(set) var regions: [SparseRegion] = []
  private var digits: [UInt8] = []
  private var count: UInt64?
  private var offset: UInt64?

  /// Takes a block and says whether the map is complete; the rest of its block means nothing.
  mutating func take(_ block: [UInt8], limits: TarLimits) throws(TarError.Defect) -> Bool {
    for byte in block where !isComplete {
      if byte != UInt8(ascii: "\n") {
        digits.append(byte)
        guard digits.count < 20 else { throw .malformed(.sparseMap) }
        continue
      }
      guard let number = Numbers.decimal(digits[...]) else { throw .malformed(.sparseMap) }
      digits.removeAll(keepingCapacity: true)
      try take(number, limits: limits)
    }
    return isComplete
  }

  private var isComplete: Bool { count == UInt64(regions.count) }

  private mutating func take(_ number: UInt64, limits: TarLimits) throws(TarError.Defect) {
    if count == nil {
      guard number <= UInt64(limits.sparseRegions) else { throw .tooLarge(.sparseMap) }
      count = number
    } else if let start = offset {
      regions.append(SparseRegion(offset: start, length: number))
      offset = nil
    } else {
      offset = number
    }
  }
}
