internal import Compression
internal import Digests
internal import Failures
internal import FileTree
internal import Flattening
internal import Tar

/// The part of importing a layer that goes byte by byte: decompress, hash, parse, cut into blocks.
struct LayerReading: ~Copyable {
  private var decoder: StreamDecoder
  private var hasher: ContentHasher
  private var parser = TarParser()
  private var assembler: LayerAssembler
  private let diffID: Digest

  /// Begins a layer.
  init(_ format: StreamFormat, diffID: Digest, blockSize: Int) {
    decoder = StreamDecoder(format)
    hasher = ContentHasher(diffID.algorithm)
    assembler = LayerAssembler(blockSize: blockSize)
    self.diffID = diffID
  }

  /// Takes the next bytes of the layer; gives the blocks that they complete.
  mutating func consume(_ piece: [UInt8]) throws -> [PendingBlock] {
    try decoder.decode(piece.span.bytes) { plain in
      hasher.update(plain)
      try parser.consume(plain, into: &assembler)
    }
    return assembler.takeReady()
  }

  /// Ends the layer.
  ///
  /// - Returns: The entries, with numbers of blocks as indices; the last blocks; what was left out.
  /// - Throws: `Failure` with `digest-mismatch` when the content is not what the config promised.
  consuming func finish() throws -> (
    entries: [LayerEntry], blocks: [PendingBlock], report: FlatteningReport
  ) {
    try decoder.finish()
    try parser.finish()
    assembler.finish()
    let entries = assembler.entries
    let blocks = assembler.takeReady()
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
