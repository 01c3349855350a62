internal import Linux
internal import OCI
internal import Registry
internal import SystemPackage

/// Files by name: a directory, or an archive of the same files.
protocol Container: Sendable {
  /// What it is, for messages.
  var path: FilePath { get }

  /// A file's bytes by its relative path; nil where there is no such file.
  func file(_ name: String) throws(TransportError) -> StoredFile?
}

extension Container {
  /// A whole file of at most `limit` bytes; nil where there is no such file.
  func read(_ name: String, limit: Int) throws(TransportError) -> [UInt8]? {
    guard let file = try file(name) else { return nil }
    guard file.size <= UInt64(limit) else {
      throw .content(.tooLarge(document: "'\(name)'", size: file.size, limit: UInt64(limit)))
    }
    return try file.read(at: 0, count: Int(file.size))
  }
}

/// A file, or the part of an archive that holds one, open for reading.
struct StoredFile: Sendable {
  let descriptor: SharedDescriptor
  let offset: UInt64
  let size: UInt64

  /// How much is read at a time.
  private static let pieceSize: UInt64 = 1 << 18

  /// The bytes of a range; fewer where the file ends.
  func read(at position: UInt64, count: Int) throws(TransportError) -> [UInt8] {
    guard position < size else { return [] }
    let available = min(UInt64(count), size - position)
    do {
      return try descriptor.file.readBytes(at: offset + position, count: Int(available))
    } catch { throw .system(error) }
  }

  /// All bytes, in pieces.
  ///
  /// Reads block the thread that asks for them.
  var stream: BlobStream {
    let cursor = Cursor()
    return BlobStream {
      let position = cursor.position
      let piece = try read(at: position, count: Int(Self.pieceSize))
      cursor.advance(by: UInt64(piece.count))
      return piece.isEmpty ? nil : piece
    }
  }
}

/// An open file that several readers share.
final class SharedDescriptor: Sendable {
  let file: OwnedDescriptor

  /// Opens a file; one that is a fifo is opened without waiting for a writer.
  init(opening path: FilePath) throws(TransportError) {
    do { file = try OwnedDescriptor(opening: path, .nonBlocking) } catch { throw .system(error) }
  }
}
