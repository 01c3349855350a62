internal import Compression
internal import Digests
internal import Failures
internal import FileTree
internal import Flattening
internal import Tar

/// The part of importing a layer that goes byte by byte: decompress, hash, parse, cut into blocks.
///
/// How the layer is compressed is told by its first bytes, however few arrive at first.
struct LayerReading: ~Copyable {
  /// How many compressed bytes to take at once: what they give is held in memory, and four bytes
  /// of zstd may give 128 KiB.
  static let sliceSize = 4096

  private var prefix: [UInt8] = []
  private var decoder: StreamDecoder?
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

  /// Takes the next bytes of the layer; gives the blocks that they complete.
  mutating func consume(_ piece: ArraySlice<UInt8>) throws -> [PendingBlock] {
    guard decoder == nil else { return try decode(piece) }
    prefix += piece
    return prefix.count < StreamFormat.prefixLength ? [] : try begin()
  }

  private mutating func begin() throws -> [PendingBlock] {
    decoder = StreamDecoder(StreamFormat.detect(prefix.span.bytes))
    let first = prefix
    prefix = []
    return try decode(first[...])
  }

  private mutating func decode(_ piece: ArraySlice<UInt8>) throws -> [PendingBlock] {
    try decoder?.decode(piece.span.bytes) { plain in
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
    let first = decoder == nil ? try begin() : []
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
