public import Compression
internal import Digests

/// Gives content the form in which a store keeps it (firn-store(5), "Stored size").
///
/// The form is a pure function of content and parameters, so that equal content is stored equally
/// everywhere. A block that compression makes smaller by less than an eighth is kept as it is:
/// reading it then costs nothing. Thread-safe.
public final class BlockEncoder: Sendable {
  /// A block in its stored form.
  public struct Block: Hashable, Sendable {
    /// The stored bytes.
    public let bytes: [UInt8]
    /// Whether they are compressed.
    public let isCompressed: Bool

    /// The size word.
    public var storedSize: StoredSize {
      StoredSize(byteCount: UInt32(clamping: bytes.count), isCompressed: isCompressed)
    }
  }

  private let compressor: BlockCompressor

  /// Makes an encoder for a store's parameters; throws for a compressor that cannot write.
  public init(_ parameters: StoreParameters) throws(CompressionError) {
    compressor = try BlockCompressor(parameters.compressor, level: Int(parameters.level))
  }

  /// The stored form of 1 … 1,048,576 bytes of content.
  public func encode(_ content: [UInt8]) -> Block {
    let limit = content.count - content.count / 8
    if let compressed = compressor.compress(content.span.bytes), compressed.count <= limit,
      compressed.count < content.count
    {
      return Block(bytes: compressed, isCompressed: true)
    }
    return Block(bytes: content, isCompressed: false)
  }
}
