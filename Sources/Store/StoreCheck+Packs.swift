internal import Digests

/// What a check remembers of a pack: a word for each row of its trailer.
struct PackRows {
  private var words: [UInt64]
  private(set) var isIndexed: [Bool]

  init(_ trailer: PackTrailer) {
    words = trailer.blocks.map { Self.word($0.record, $0.offset) }
    isIndexed = Array(repeating: false, count: words.count)
  }

  /// Differs for different rows, but for one chance in 2^64.
  private static func word(_ record: BlockRecord, _ offset: UInt64) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(record)
    hasher.combine(offset)
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }

  /// Whether the trailer has this block at this place.
  func has(_ record: BlockRecord, at offset: UInt64, ordinal: UInt32) -> Bool {
    Int(ordinal) < words.count && words[Int(ordinal)] == Self.word(record, offset)
  }

  /// Notes that the index has a row for a block.
  mutating func index(_ ordinal: UInt32) { isIndexed[Int(ordinal)] = true }
}

extension StoreCheck {
  /// Checks everything of a pack but its blocks.
  mutating func check(_ pack: PackRecord, of catalog: Catalog) {
    let users = catalog.images(countingOn: pack)
    let isNote = users.isEmpty
    let found = attempt(pack.path, images: users, isNote: isNote) { (store) throws(StoreError) in
      let reader = try store.pack(pack.id)
      return (size: reader.size, trailer: try reader.trailer())
    }
    guard let found else { return }
    var isSound = true
    if found.size != pack.size {
      findings.append(Problem(.inconsistent, pack.path, "the catalog gives it another size"))
      isSound = false
    }
    if found.trailer.parameters != store.parameters {
      findings.append(Problem(.inconsistent, pack.path, "it has other parameters than the store"))
      isSound = false
    }
    if pack.isDamaged {
      findings.append(
        Problem(
          .damaged, pack.path, "the catalog marks it as damaged", images: users, isNote: isNote))
    }
    rows[pack.id] = PackRows(found.trailer)
    if isSound { soundPacks.append(pack) }
  }
}
