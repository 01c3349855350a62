internal import Accounting
internal import Digests
internal import Store

/// Moves the live blocks of packs, one pack after the other.
struct PackMoving {
  /// A block to be moved.
  private struct Block {
    var record: BlockRecord
    var offset: UInt64
    var pieces: [PieceRecord] = []
  }

  let store: Store
  let catalog: Catalog
  let vacated: Set<PackID>
  let finder: BlockFinder
  var moves: BlockMoves
  private(set) var report = RelocationReport()
  /// The packs that did not give a block as it should be.
  private(set) var damaged: Set<PackID> = []

  init(
    store: Store, catalog: Catalog, vacated: Set<PackID>, finder: BlockFinder, moves: BlockMoves
  ) {
    self.store = store
    self.catalog = catalog
    self.vacated = vacated
    self.finder = finder
    self.moves = moves
  }

  /// The images, and the retired images that are not condemned, that count on the packs.
  var concerned: [ImageRecord] {
    let numbers = Set(catalog.packs.filter { vacated.contains($0.id) }.map(\.number))
    return catalog.keptImages.filter { !numbers.isDisjoint(with: $0.packs) }
  }

  /// Moves everything; the oldest pack first.
  mutating func run() throws(StoreError) {
    let usage = try BlockUsage(of: catalog, in: vacated, from: store)
    for pack in catalog.packs.filter({ vacated.contains($0.id) }).sorted(by: {
      $0.number < $1.number
    }) {
      let ordinals = usage.liveOrdinals(of: pack.id)
      if !ordinals.isEmpty { try move(ordinals, of: pack) }
    }
    report.moved = moves.moved
  }

  private mutating func move(_ ordinals: [UInt32], of pack: PackRecord) throws(StoreError) {
    let (reader, trailer) = open(pack)
    let blocks =
      if let trailer { Self.blocks(ordinals, of: trailer) } else { try blocks(namedIn: pack) }
    for ordinal in ordinals {
      guard let block = blocks[ordinal] else {
        report.lost.append(.init(pack: pack.id, ordinal: ordinal))
        continue
      }
      let found = finder.find(block.record, at: block.offset, in: reader)
      if found.isDamaged { damaged.insert(pack.id) }
      guard let bytes = found.bytes else {
        report.lost.append(.init(pack: pack.id, ordinal: ordinal))
        continue
      }
      if found.isHealed { report.healed += Amount(blocks: 1, bytes: UInt64(bytes.count)) }
      try moves.append(
        block.record, ordinal: ordinal, of: pack.id, stored: bytes, pieces: block.pieces)
    }
  }

  /// Opens a pack as far as it is there, and notes when it is damaged.
  private mutating func open(_ pack: PackRecord) -> (reader: PackReader?, trailer: PackTrailer?) {
    var reader: PackReader?
    do throws(StoreError) {
      let opened = try store.pack(pack.id)
      reader = opened
      return (opened, try opened.trailer())
    } catch {
      if error.isDamage { damaged.insert(pack.id) }
      return (reader, nil)
    }
  }

  private static func blocks(
    _ ordinals: [UInt32], of trailer: PackTrailer
  ) -> [UInt32: Block] {
    var result: [UInt32: Block] = [:]
    for ordinal in ordinals where Int(ordinal) < trailer.blocks.count {
      let block = trailer.blocks[Int(ordinal)]
      result[ordinal] = Block(record: block.record, offset: block.offset)
    }
    for piece in trailer.pieces { result[piece.block]?.pieces.append(piece.record) }
    return result
  }

  /// The blocks of a pack whose trailer cannot be read, as the images name them.
  private func blocks(namedIn pack: PackRecord) throws(StoreError) -> [UInt32: Block] {
    var result: [UInt32: Block] = [:]
    for image in concerned where image.packs.contains(pack.number) {
      guard let object = try object(of: image) else { continue }
      for block in object.blocks where object.packs[Int(block.pack)] == pack.id {
        result[block.ordinal] = Block(record: block.record, offset: block.offset)
      }
    }
    return result
  }

  /// The object of an image; nil when it is missing or damaged.
  func object(of image: ImageRecord) throws(StoreError) -> ImageObject? {
    do throws(StoreError) {
      return try store.imageObject(image.object)
    } catch {
      switch error {
      case .missing, .damaged: return nil
      default: throw error
      }
    }
  }
}
