internal import Compression
internal import Digests
internal import Linux

/// How thoroughly a store is checked.
public enum CheckDepth: Sendable {
  /// Everything but the stored blocks.
  case structure
  /// Every stored block too: its checksum, its content's digest and those of its pieces.
  case data
}

extension Store {
  /// Checks everything the newest catalog counts on.
  ///
  /// Reads only; what other commands do meanwhile is no problem.
  /// - Returns: What is wrong; nothing for a good store.
  public func check(_ depth: CheckDepth = .structure) -> [Problem] {
    var check = StoreCheck(store: self)
    check.run(depth)
    return check.problems
  }
}

/// One check of a store.
struct StoreCheck {
  let store: Store
  private(set) var problems: [Problem] = []
  /// For each pack whose trailer is good, the blocks by offset.
  private var blocks: [PackID: [UInt64: BlockRecord]] = [:]
  /// The packs of the catalog that is checked.
  private var packs: [PackRecord] = []

  init(store: Store) { self.store = store }

  mutating func run(_ depth: CheckDepth) {
    let staged = stagedFiles()
    let path = StorePath(.generations, "newest")
    guard let catalog = attempt(path, { (store) throws(StoreError) in try store.newest() }) else {
      return
    }
    packs = catalog.packs
    for pack in catalog.packs { check(pack, depth) }
    for run in catalog.indexRuns { check(run) }
    for image in catalog.images { check(image) }
    for entry in catalog.retired where entry.condemned == nil { check(entry.image) }
    checkStrays(staged)
  }

  private mutating func attempt<Value>(
    _ path: StorePath, _ body: (Store) throws(StoreError) -> Value
  ) -> Value? {
    do throws(StoreError) {
      return try body(store)
    } catch {
      problems.append(Problem(error, at: path))
      return nil
    }
  }

  private mutating func check(_ pack: PackRecord, _ depth: CheckDepth) {
    let path = StorePath(.packs, pack.id.description)
    let found = attempt(path) { (store) throws(StoreError) in
      let reader = try store.pack(pack.id)
      return (reader: reader, trailer: try reader.trailer())
    }
    guard let found else { return }
    if found.reader.size != pack.size {
      problems.append(Problem(.inconsistent, path, "the catalog gives it another size"))
    }
    if found.trailer.parameters != store.parameters {
      problems.append(Problem(.inconsistent, path, "it has other parameters than the store"))
    }
    blocks[pack.id] = Dictionary(
      found.trailer.blocks.map { ($0.offset, $0.record) }, uniquingKeysWith: { first, _ in first })
    if depth == .data { checkData(found.trailer, found.reader, path) }
  }

  private mutating func checkData(
    _ trailer: PackTrailer, _ reader: PackReader, _ path: StorePath
  ) {
    let content = BlockContent(parameters: trailer.parameters)
    var pieces = trailer.pieces[...]
    for (index, block) in trailer.blocks.enumerated() {
      var own: [PieceRecord] = []
      while let piece = pieces.first, Int(piece.block) <= index {
        own.append(piece.record)
        pieces = pieces.dropFirst()
      }
      let bytes = attempt(path) { (store) throws(StoreError) in
        let stored = try reader.storedBytes(of: block.record, at: block.offset)
        return try store.decode(path) { () throws(FormatError) in
          try content.bytes(of: block.record, stored: stored)
        }
      }
      guard let bytes else { continue }
      for piece in own where !content.has(piece, in: bytes) {
        problems.append(
          Problem(.damaged, path, "a piece of the block at offset \(block.offset) is wrong"))
      }
    }
  }

  private mutating func check(_ record: IndexRunRecord) {
    let path = StorePath(.index, record.id.hex)
    let read = attempt(path) { (store) throws(StoreError) in try store.indexRun(record) }
    guard let run = read else { return }
    for row in 0..<run.blockCount {
      let block = run.block(atRow: row)
      let pack = run.trailer.packs[Int(block.pack)]
      // Rows of packs that are not listed any more are ignored by everybody.
      guard let known = blocks[pack] else { continue }
      if known[block.offset] != block.record {
        problems.append(Problem(.inconsistent, path, "a row contradicts the trailer of \(pack)"))
        return
      }
    }
  }

  private mutating func check(_ image: ImageRecord) {
    let path = StorePath(.images, image.object.hex)
    let read = attempt(path) { (store) throws(StoreError) in
      let bytes = try store.attempt(path) { () throws(SystemError) in
        try store.directory.read(path)
      }
      guard SHA256Digest.of(bytes.span.bytes) == image.object else {
        throw .damaged(path, .checksumMismatch("the file"))
      }
      return try store.imageObject(image.object)
    }
    guard let object = read else { return }
    if object.rootIdentity != image.rootIdentity {
      problems.append(Problem(.inconsistent, path, "the catalog gives it another root identity"))
    }
    let listed = Set(packs.filter { image.packs.contains($0.number) }.map(\.id))
    if Set(object.packs) != listed {
      problems.append(Problem(.inconsistent, path, "the catalog says it counts on other packs"))
    }
    check(object, at: path)
    for layer in object.layers { check(layer) }
  }

  private mutating func check(_ object: ImageObject, at path: StorePath) {
    for pack in object.packs where blocks[pack] == nil {
      problems.append(Problem(.inconsistent, path, "it counts on pack \(pack), which is not there"))
    }
    let wrong = object.blocks.first { block in
      blocks[object.packs[Int(block.pack)]].map { $0[block.offset] != block.record } ?? false
    }
    if let wrong {
      problems.append(
        Problem(
          .inconsistent, path,
          "block \(wrong.record.content) is not at offset \(wrong.offset) of its pack"))
    }
  }

  private mutating func check(_ layer: LayerKey) {
    let path = StorePath(.layers, layer.description)
    _ = attempt(path) { (store) throws(StoreError) in try store.recipe(layer) }
  }
}

extension StoreCheck {
  /// The staged files that are there now.
  private func stagedFiles() -> [StorePath] {
    StoreArea.allCases.flatMap { area in
      ((try? store.names(in: area)) ?? []).filter(StagingOwner.isTemporary)
        .map { StorePath(area, $0) }
    }
  }

  /// Files that were staged before and still are, although nobody owns them.
  private mutating func checkStrays(_ staged: [StorePath]) {
    guard !staged.isEmpty, let owners = try? store.stagingOwners() else { return }
    let tokens = Set(owners.map(\.token))
    let still = Set(stagedFiles())
    for path in staged where still.contains(path) {
      let token = StagingOwner.token(ofTemporary: path.name)
      if let token, !tokens.contains(token) {
        problems.append(Problem(.stray, path, "it was staged and has no owner"))
      }
    }
  }
}
