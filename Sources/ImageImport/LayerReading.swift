internal import Compression
internal import Digests
internal import Failures
internal import FileTree
internal import Flattening
internal import Tar

/// The part of importing a layer that goes byte by byte: decompress, hash, parse, cut into blocks.
///
/// How the layer is compressed is told by its first bytes, however few arrive at first. What is
/// held is bounded whatever the layer holds.
struct LayerReading: ~Copyable {
  /// Bytes of the layer that have not been decompressed.
  private var input: ArraySlice<UInt8> = []
  private var decoder: StreamDecoder?
  private var mayHaveMore = false
  private var hasher: ContentHasher
  private var parser = TarParser()
  private var assembler: LayerAssembler
  private let diffID: Digest

  /// Begins a layer.
  init(diffID: Digest, blockSize: Int) {
    hasher = ContentHasher(diffID.algorithm)
    assembler = LayerAssembler(blockSize: blockSize)
    self.diffID = diffID
  }

  /// Takes the next bytes of the layer, when ``next()`` has used up those before.
  mutating func give(_ piece: [UInt8]) {
    if input.isEmpty { input = piece[...] } else { input += piece }
  }

  /// Reads on, as far as 128 KiB of the layer's content go at most, however much the bytes given
  /// may hold: four of them may hold that much.
  ///
  /// - Returns: The blocks that are complete with it, for the most part none or one; nil when the
  ///   bytes given are used up.
  mutating func next() throws -> [PendingBlock]? {
    if decoder == nil {
      guard input.count >= StreamFormat.prefixLength else { return nil }
      begin()
    }
    return try read()
  }

  private mutating func begin() {
    decoder = StreamDecoder(StreamFormat.detect(input.span.bytes))
  }

  private mutating func read() throws -> [PendingBlock]? {
    guard !input.isEmpty || mayHaveMore else { return nil }
    let given = input
    let step = try decoder?.step(given.span.bytes) { plain in
      hasher.update(plain)
      try parser.consume(plain, into: &assembler)
    }
    input = input.dropFirst(step?.consumed ?? 0)
    mayHaveMore = step?.mayHaveMore ?? false
    return assembler.takeReady()
  }

  /// Ends the layer, when ``next()`` has used up everything given.
  ///
  /// - Returns: The entries, with numbers of blocks as indices; the last blocks; what was left out.
  /// - Throws: `Failure` with `digest-mismatch` when the content is not what the config promised.
  consuming func finish() throws -> (
    entries: [LayerEntry], blocks: [PendingBlock], report: FlatteningReport
  ) {
    if decoder == nil { begin() }
    let first = try read() ?? []
    try decoder?.finish()
    try parser.finish()
    assembler.finish()
    let entries = assembler.entries
    let blocks = first + assembler.takeReady()
    let report = assembler.report
    let found = hasher.finalize()
    guard found == diffID else {
      throw Failure(
        .digestMismatch, "a layer does not contain what the image's config says",
        cause: "diff ID \(diffID) was promised, \(found) was found",
        nextStep: "The image is damaged or was tampered with: ask whoever published it")
    }
    return (entries, blocks, report)
  }
}
