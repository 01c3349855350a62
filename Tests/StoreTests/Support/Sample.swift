import Compression
import Digests
import FileTree
import Store

/// A small image made from a seed: files of whole blocks and small files, imported as a real
/// importer would.
struct Sample {
  var name: String
  /// Decides the content of the whole blocks.
  var blockSeeds: [UInt64]
  /// The small files of the only fragment block.
  var smallFiles: [String]

  init(_ name: String, blocks: [UInt64] = [1, 2, 3], small: [String] = ["alpha", "beta"]) {
    self.name = name
    blockSeeds = blocks
    smallFiles = small
  }

  var diffID: Digest {
    Digest(SHA256Digest.of(Array("\(blockSeeds)\(smallFiles)".utf8).span.bytes))
  }

  var configDigest: String { "sha256:\(SHA256Digest.of(Array("config \(name)".utf8).span.bytes))" }

  /// Bytes that compress a little, all of them decided by the seed.
  static func content(_ seed: UInt64, count: Int) -> [UInt8] {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1
    return (0..<count).map { index in
      if index % 3 == 0 { return UInt8(truncatingIfNeeded: seed) }
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
  }
}

/// The stored form of a block in a store.
struct PreparedBlock {
  var record: BlockRecord
  var stored: [UInt8]

  init(_ content: [UInt8], _ parameters: StoreParameters) throws {
    let compressor = try BlockCompressor(parameters.compressor, level: Int(parameters.level))
    let compressed = compressor.compress(content.span.bytes)
    let bytes = compressed ?? content
    stored = bytes
    record = BlockRecord(
      content: SHA256Digest.of(content.span.bytes), size: UInt32(content.count),
      stored: bytes.span.bytes, isCompressed: compressed != nil)
  }
}

let testParameters = StoreParameters(blockSize: 4096, compressor: .zstd, level: 3)

extension Sample {
  struct Linked {
    var object: ImageObject
    var recipe: LayerRecipe
    var sealed: SealedPack?
  }

  /// Imports the image whole: blocks, pack, objects, index run, generation.
  @discardableResult
  func publish(to store: Store, names: [String]? = nil) throws -> Catalog {
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    let linked = try link(store, staging)
    let object = try staging.write(linked.object)
    let run = try staging.writeIndexRun(of: linked.sealed.map { [$0] } ?? [])
    let manifest = SHA256Digest.of(Array("manifest \(name)".utf8).span.bytes)
    let record = ImageRecord(
      object: object, rootIdentity: linked.object.rootIdentity, names: names ?? [name],
      digests: [configDigest, "sha256:\(manifest)"],
      attributes: ["architecture": "amd64"], logicalSize: 12345, created: 1_700_000_000)
    let catalog = try store.publish("import \(name)", staging: staging) {
      (catalog) throws(StoreError) in
      var next = catalog.adding(packs: linked.sealed.map { [$0.record] } ?? [])
      if let run { next = next.adding(run: run) }
      return try next.adding(record, using: linked.object.packs)
    }
    try staging.write(linked.recipe)
    return catalog
  }

  func link(_ store: Store, _ staging: StagingArea) throws -> Linked {
    let index = try BlockIndex(loading: try store.newest(), of: store)
    let writer = try PackWriter(staging)
    var records: [BlockRecord] = []
    for seed in blockSeeds {
      let content = Self.content(seed, count: Int(store.parameters.blockSize))
      records.append(try add(content, [], to: writer, unless: index, store))
    }
    let fragment = try addFragment(to: writer, unless: index, store, &records)
    let sealed = try writer.seal()
    var known = index
    if let sealed { known.add(sealed) }
    let recipe = recipe(records, fragment, store)
    return Linked(
      object: try object(records, fragment, known, recipe, store), recipe: recipe, sealed: sealed)
  }

  private func add(
    _ content: [UInt8], _ pieces: [PieceRecord], to writer: PackWriter, unless index: BlockIndex,
    _ store: Store
  ) throws -> BlockRecord {
    let prepared = try PreparedBlock(content, store.parameters)
    if let known = index.block(prepared.record.content) { return known.block }
    try writer.append(prepared.record, stored: prepared.stored.span.bytes, pieces: pieces)
    return prepared.record
  }

  /// The canonical fragment block of all small files; those that are stored elsewhere are
  /// referenced there.
  private func addFragment(
    to writer: PackWriter, unless index: BlockIndex, _ store: Store, _ records: inout [BlockRecord]
  ) throws -> FragmentBlock {
    let files = smallFiles.map { Array($0.utf8) }
    let canonical = try PreparedBlock(files.flatMap(\.self), store.parameters)
    var fresh: [UInt8] = []
    var freshPieces: [PieceRecord] = []
    var places: [(known: PieceLocation?, fresh: PieceRecord?)] = []
    for file in files {
      let digest = SHA256Digest.of(file.span.bytes)
      if let known = index.piece(digest) {
        places.append((known, nil))
      } else {
        let piece = PieceRecord(
          content: digest, offset: UInt32(fresh.count), length: UInt32(file.count))
        fresh += file
        freshPieces.append(piece)
        places.append((nil, piece))
      }
    }
    let freshBlock = records.count
    if !fresh.isEmpty {
      records.append(try add(fresh, freshPieces, to: writer, unless: index, store))
    }
    var pieces: [Piece] = []
    for place in places {
      if let piece = place.fresh {
        pieces.append(
          Piece(block: UInt32(freshBlock), offset: piece.offset, length: piece.length))
      } else if let known = place.known, let block = index.block(known.block)?.block {
        if !records.contains(block) { records.append(block) }
        let position = UInt32(records.firstIndex(of: block) ?? 0)
        pieces.append(Piece(block: position, offset: known.offset, length: known.length))
      }
    }
    return FragmentBlock(
      size: canonical.record.size, storedSize: canonical.record.storedSize,
      checksum: canonical.record.checksum, pieces: pieces)
  }

  private func recipe(
    _ records: [BlockRecord], _ fragment: FragmentBlock, _ store: Store
  ) -> LayerRecipe {
    let blockSize = UInt64(store.parameters.blockSize)
    let big = FileContent(
      size: UInt64(blockSeeds.count) * blockSize, blocks: blockSeeds.indices.map { UInt32($0) })
    var entries = [
      LayerEntry(path: "", attributes: Attributes(mode: 0o755), kind: .directory),
      LayerEntry(path: "big", attributes: Attributes(mode: 0o644), kind: .regular(big)),
    ]
    var offset: UInt32 = 0
    for (number, file) in smallFiles.enumerated() {
      let content = FileContent(
        size: UInt64(file.utf8.count), tail: TailPosition(fragment: 0, offset: offset))
      offset += UInt32(file.utf8.count)
      entries.append(
        LayerEntry(
          path: ByteString("small\(number)"), attributes: Attributes(mode: 0o600, uid: 5),
          kind: .regular(content)))
    }
    return LayerRecipe(
      diffID: diffID, parameters: store.parameters, entries: entries, blocks: records,
      fragments: [fragment])
  }

  private func object(
    _ records: [BlockRecord], _ fragment: FragmentBlock, _ index: BlockIndex,
    _ recipe: LayerRecipe, _ store: Store
  ) throws -> ImageObject {
    var packs: [PackID] = []
    var blocks: [ImageObject.Block] = []
    for record in records {
      guard let found = index.block(record.content) else { throw StoreError.imageNotFound("block") }
      if !packs.contains(found.location.pack) { packs.append(found.location.pack) }
      let pack = packs.firstIndex(of: found.location.pack) ?? 0
      blocks.append(
        ImageObject.Block(
          record: record, pack: UInt32(pack), offset: found.location.offset,
          ordinal: found.location.ordinal))
    }
    return ImageObject(
      parameters: store.parameters, head: Array("head".utf8), tail: Array("tail \(name)".utf8),
      packs: packs, blocks: blocks, fragments: [fragment],
      extents: blockSeeds.indices.map { .block(UInt32($0)) } + [.fragment(0)],
      documents: ["config": Array("{}".utf8), "manifest": Array("config \(name)".utf8)],
      layers: [recipe.key])
  }
}
