public import Digests

/// One block: what it contains and what its stored form is (firn-store(5), "Block record").
///
/// In one store, content determines the stored form, wherever the block lies.
public struct BlockRecord: Hashable, Sendable {
  /// The SHA-256 of the content: the key of deduplication.
  public var content: SHA256Digest
  /// The checksum of the stored bytes, verified whenever they are read.
  public var checksum: Checksum
  /// The number of stored bytes and whether they are compressed.
  public var storedSize: StoredSize
  /// The number of bytes of content, at most the store's block size.
  public var size: UInt32

  /// Makes a record from its parts.
  public init(content: SHA256Digest, checksum: Checksum, storedSize: StoredSize, size: UInt32) {
    self.content = content
    self.checksum = checksum
    self.storedSize = storedSize
    self.size = size
  }

  /// Describes stored bytes of known content; computes their checksum.
  public init(content: SHA256Digest, size: UInt32, stored: RawSpan, isCompressed: Bool) {
    self.init(
      content: content, checksum: .of(stored),
      storedSize: StoredSize(
        byteCount: UInt32(clamping: stored.byteCount), isCompressed: isCompressed),
      size: size)
  }
}

extension BlockRecord {
  static let byteCount = 56

  func append(to writer: inout ByteWriter) {
    writer.append(content)
    writer.append(checksum)
    writer.append(storedSize.rawValue)
    writer.append(size)
  }

  init(reading reader: inout ByteReader) throws(FormatError) {
    let content = try reader.digest()
    let checksum = try reader.checksum()
    let word = try reader.integer(UInt32.self)
    let size = try reader.integer(UInt32.self)
    self.init(
      content: content, checksum: checksum, storedSize: StoredSize(rawValue: word), size: size)
  }

  /// Throws unless a store of these parameters could hold the block.
  func validate(blockSize: UInt32) throws(FormatError) {
    guard size <= blockSize, storedSize.isPossible(forContent: size) else {
      throw .invalid("block \(content) has an impossible size")
    }
  }
}
