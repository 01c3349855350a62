/// What an ELF file says to the dynamic loader (elf(5), "Dynamic tags").
struct DynamicSection {
  /// The tags that are of use here.
  enum Tag: UInt64, CaseIterable {
    case needed = 1, jumpRelocationsSize = 2, hash = 4, strings = 5, symbols = 6, relocations = 7
    case relocationsSize = 8, stringsSize = 10, initial = 12, final = 13, searchPath = 15
    case oldRelocations = 17, oldRelocationsSize = 18, jumpRelocations = 23, initialArray = 25
    case finalArray = 26, initialArraySize = 27, finalArraySize = 28, runPath = 29
    case packedRelocationsSize = 35, packedRelocations = 36
    case gnuHash = 0x6FFF_FEF5, symbolVersions = 0x6FFF_FFF0, definedVersions = 0x6FFF_FFFC
    case neededVersions = 0x6FFF_FFFE
  }

  private static let mostEntries = 4096
  /// How large a table is taken to be that is said to be larger, or whose size is not known.
  private static let mostTable: UInt64 = 16 << 20

  let elf: ELFFile
  /// The names of the libraries it needs, in order.
  private(set) var needed: [[UInt8]] = []
  private var values: [Tag: UInt64] = [:]

  /// Reads the section; nil where there is none.
  init?(_ elf: ELFFile) {
    let entrySize = elf.width.sizes.dynamic
    guard let place = elf.dynamicBytes else { return nil }
    let count = min(Int(clamping: place.count) / entrySize, Self.mostEntries)
    guard
      let bytes = elf.file.bytes(at: place.lowerBound, count: UInt64(count * entrySize))
    else { return nil }
    self.elf = elf
    let words = LittleEndianBytes(bytes)
    var names: [UInt64] = []
    for index in 0..<count {
      guard let tag = words.word(elf.width, at: index * entrySize), tag != 0,
        let value = words.word(elf.width, at: index * entrySize + entrySize / 2)
      else { break }
      guard let tag = Tag(rawValue: tag) else { continue }
      if tag == .needed { names.append(value) } else { values[tag] = value }
    }
    needed = names.prefix(LoadOrder.mostFiles).compactMap { text($0) }
  }

  /// The value of a tag.
  subscript(tag: Tag) -> UInt64? { values[tag] }

  /// Where in the file the address lies that a tag has.
  func offset(_ tag: Tag) -> UInt64? { values[tag].flatMap { elf.offset(of: $0) } }

  /// A text of the string table.
  func text(_ index: UInt64) -> [UInt8]? {
    guard let start = offset(.strings), index < values[.stringsSize] ?? 0,
      !start.addingReportingOverflow(index).overflow
    else { return nil }
    return elf.file.text(at: start + index)
  }

  /// The directories of a path, `DT_RPATH` or `DT_RUNPATH`.
  func path(_ tag: Tag) -> [UInt8]? { values[tag].flatMap { text($0) } }

  /// The bytes of all tables that the loader reads.
  ///
  /// Where the size of a table is not told it ends where the next begins.
  var tables: [Range<UInt64>] {
    let sizes: [Tag: Tag] = [
      .strings: .stringsSize, .relocations: .relocationsSize,
      .jumpRelocations: .jumpRelocationsSize, .oldRelocations: .oldRelocationsSize,
      .packedRelocations: .packedRelocationsSize, .initialArray: .initialArraySize,
      .finalArray: .finalArraySize,
    ]
    let tags: [Tag] =
      Array(sizes.keys) + [.hash, .gnuHash, .symbols, .symbolVersions, .neededVersions]
    let starts = tags.compactMap { tag in offset(tag).map { (tag: tag, offset: $0) } }
      .sorted { ($0.offset, $0.tag.rawValue) < ($1.offset, $1.tag.rawValue) }
    var ranges = [elf.headers]
    for (index, start) in starts.enumerated() {
      let room = elf.file.size - start.offset
      let next = starts[index...].first { $0.offset > start.offset }?.offset
      let guessed = next.map { $0 - start.offset } ?? UInt64(1)
      let size = sizes[start.tag].flatMap { values[$0] } ?? guessed
      let end = start.offset + min(size, room, Self.mostTable)
      if end > start.offset { ranges.append(start.offset..<end) }
    }
    return ranges
  }
}
