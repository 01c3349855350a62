internal import Compression
internal import Digests

/// Turns stored blocks back into content.
///
/// Thread-safe.
public struct BlockContent: Sendable {
  private let decompressor: BlockDecompressor

  /// For blocks that were made with these parameters.
  public init(parameters: StoreParameters) {
    decompressor = BlockDecompressor(parameters.compressor)
  }

  /// The content of a block, proved by its SHA-256.
  ///
  /// - Throws: `invalid` or `checksumMismatch`; whatever the bytes, it does not trap.
  public func bytes(of block: BlockRecord, stored: [UInt8]) throws(FormatError) -> [UInt8] {
    let content = block.storedSize.isCompressed ? try decompress(stored, block.size) : stored
    guard content.count == Int(block.size), SHA256Digest.of(content.span.bytes) == block.content
    else { throw .checksumMismatch("the content of block \(block.content)") }
    return content
  }

  private func decompress(_ stored: [UInt8], _ size: UInt32) throws(FormatError) -> [UInt8] {
    var content = [UInt8](repeating: 0, count: Int(size))
    var span = content.mutableSpan
    var raw = span.mutableBytes
    do throws(CompressionError) {
      let count = try decompressor.decompress(stored.span.bytes, into: &raw)
      guard count == Int(size) else { throw CompressionError.truncated(format: "") }
    } catch {
      throw .invalid("a block does not decompress")
    }
    return content
  }

  /// Whether a piece has the content that its record says.
  func has(_ piece: PieceRecord, in content: [UInt8]) -> Bool {
    let end = Int(piece.offset) + Int(piece.length)
    guard end <= content.count else { return false }
    let span = content.span.bytes.extracting(Int(piece.offset)..<end)
    return SHA256Digest.of(span) == piece.content
  }
}
