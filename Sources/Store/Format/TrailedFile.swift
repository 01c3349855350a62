internal import Digests

/// The frame of files that are written in one go, packs and index runs (firn-store(5), "Trailed
/// files"): a header, data, a trailer whose SHA-256 is the file's name, and a footer.
enum TrailedFile {
  static let headerSize = 16
  static let footerSize = 64
  private static let version: UInt32 = 1
  private static let endMagic = ByteWriter.magic("FIRNEND\n")

  /// What a footer says.
  struct Footer: Equatable {
    var trailerOffset: UInt64
    var trailerSize: UInt64
    var trailerDigest: SHA256Digest
  }

  static func header(magic: UInt64) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(magic)
    writer.append(version)
    writer.append(UInt32(0))
    return writer.bytes
  }

  static func checkHeader(_ bytes: [UInt8], magic: UInt64) throws(FormatError) {
    guard bytes.count >= headerSize else { throw .truncated }
    guard Array(bytes.prefix(headerSize)) == header(magic: magic) else {
      var reader = ByteReader(bytes)
      guard try reader.integer(UInt64.self) == magic else { throw .wrongMagic }
      throw .unknownVersion(try reader.integer(UInt32.self))
    }
  }

  static func footer(trailer: [UInt8], at offset: UInt64) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(offset)
    writer.append(UInt64(trailer.count))
    writer.append(SHA256Digest.of(trailer.span.bytes))
    writer.append(version)
    writer.append(UInt32(0))
    writer.append(endMagic)
    return writer.bytes
  }

  /// Reads the last bytes of a file of a known size.
  static func decodeFooter(_ bytes: [UInt8], fileSize: UInt64) throws(FormatError) -> Footer {
    guard bytes.count == footerSize, fileSize >= UInt64(headerSize + footerSize) else {
      throw .truncated
    }
    var reader = ByteReader(bytes)
    let offset = try reader.integer(UInt64.self)
    let size = try reader.integer(UInt64.self)
    let digest = try reader.digest()
    let version = try reader.integer(UInt32.self)
    let reserved = try reader.integer(UInt32.self)
    guard try reader.integer(UInt64.self) == endMagic else { throw .wrongMagic }
    guard version == Self.version, reserved == 0 else { throw .unknownVersion(version) }
    let end = fileSize - UInt64(footerSize)
    guard offset >= UInt64(headerSize), offset <= end, size == end - offset else {
      throw .invalid("the trailer is not where the footer says")
    }
    return Footer(trailerOffset: offset, trailerSize: size, trailerDigest: digest)
  }
}
