internal import Digests
internal import Linux

/// Reads stored blocks from a pack.
///
/// Thread-safe; one open(2) in its life.
public final class PackReader: Sendable {
  /// The pack.
  public let id: PackID
  private let path: StorePath
  private let file: any StoreFile

  /// Opens a pack; nothing is read.
  ///
  /// - Throws: `missing` when it is not there.
  public init(_ directory: any StoreDirectory, _ id: PackID) throws(StoreError) {
    self.id = id
    path = StorePath(.packs, id.description)
    do throws(SystemError) {
      file = try directory.open(path)
    } catch {
      throw StoreError(error, at: path)
    }
  }

  /// The size of the pack's file.
  public var size: UInt64 { file.size }

  /// Reads the stored bytes of a block and checks them; what is wrong is read once more.
  ///
  /// - Throws: `damagedBlock` when it is wrong again, or `damaged` when the pack ends before.
  public func storedBytes(of block: BlockRecord, at offset: UInt64) throws(StoreError) -> [UInt8] {
    let count = Int(block.storedSize.byteCount)
    for _ in 0..<2 {
      let bytes = try file.bytes(at: offset, count: count, of: path)
      if Checksum.of(bytes.span.bytes) == block.checksum { return bytes }
    }
    throw .damagedBlock(path, offset: offset)
  }

  /// Fills a buffer with raw bytes of the pack, unchecked.
  ///
  /// For readers of many blocks at once, who check each with its record.
  /// - Throws: `damaged` when the pack ends before.
  public func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(StoreError) {
    let count = buffer.byteCount
    guard offset <= size, UInt64(count) <= size - offset else { throw .damaged(path, .truncated) }
    let done: Int
    do throws(SystemError) {
      done = try file.read(at: offset, into: &buffer)
    } catch {
      throw StoreError(error, at: path)
    }
    guard done == count else { throw .damaged(path, .truncated) }
  }

  /// The stored bytes of all its blocks together, as the footer says: one small read.
  ///
  /// - Throws: `damaged` when the footer is.
  public func dataByteCount() throws(StoreError) -> UInt64 {
    let footerSize = TrailedFile.footerSize
    guard size >= UInt64(footerSize) else { throw .damaged(path, .truncated) }
    let bytes = try file.bytes(at: size - UInt64(footerSize), count: footerSize, of: path)
    let footer = try path.decoding { () throws(FormatError) in
      try TrailedFile.decodeFooter(bytes, fileSize: size)
    }
    return footer.trailerOffset - PackTrailer.firstOffset
  }

  /// Reads and checks everything of the pack but its blocks: header, trailer, footer, name.
  public func trailer() throws(StoreError) -> PackTrailer {
    let header = try file.bytes(at: 0, count: TrailedFile.headerSize, of: path)
    let footerSize = TrailedFile.footerSize
    guard size >= UInt64(footerSize) else { throw .damaged(path, .truncated) }
    let footerBytes = try file.bytes(
      at: size - UInt64(footerSize), count: footerSize, of: path)
    let footer = try path.decoding { () throws(FormatError) in
      try TrailedFile.checkHeader(header, magic: PackWriter.magic)
      return try TrailedFile.decodeFooter(footerBytes, fileSize: size)
    }
    let bytes = try file.bytes(
      at: footer.trailerOffset, count: Int(clamping: footer.trailerSize), of: path)
    return try path.decoding { () throws(FormatError) in try decode(bytes, footer) }
  }

  private func decode(
    _ bytes: [UInt8], _ footer: TrailedFile.Footer
  ) throws(FormatError) -> PackTrailer {
    guard footer.trailerDigest == id.digest, SHA256Digest.of(bytes.span.bytes) == id.digest else {
      throw .checksumMismatch("the trailer")
    }
    let trailer = try PackTrailer(decoding: bytes)
    guard trailer.dataEnd == footer.trailerOffset else {
      throw .invalid("the blocks do not end where the trailer begins")
    }
    return trailer
  }
}
