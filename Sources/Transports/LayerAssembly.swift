internal import Linux
internal import Registry
internal import Synchronization
internal import SystemPackage

/// Puts the tar of a layer together from its tar-split data and its unpacked files.
///
/// It is the tar that was unpacked, byte for byte, unless somebody changed the files: whoever
/// reads it compares its digest. Owners and modes are in the headers that tar-split has kept, so
/// it makes no difference whom the files belong to in a rootless storage.
struct LayerAssembly: ~Copyable, Sendable {
  /// A file whose content comes next.
  private struct OpenFile: ~Copyable, Sendable {
    let descriptor: OwnedDescriptor
    let name: [UInt8]
    let size: UInt64
    var position: UInt64 = 0
  }

  /// How many bytes are handed out at once, more or less.
  private static let pieceSize = 1 << 18

  private var entries: TarSplitReader
  private var files: EnclosedDirectory
  private var current: OpenFile?
  private let position: Int

  /// Begins a layer; `position` is its place in the image, for messages.
  init(
    _ entries: consuming TarSplitReader, files: consuming EnclosedDirectory, position: Int
  ) {
    self.entries = entries
    self.files = files
    self.position = position
  }

  /// The next bytes of the tar; nil at its end.
  mutating func next() throws -> [UInt8]? {
    var piece: [UInt8] = []
    while piece.count < Self.pieceSize {
      if let file = current.take() {
        let bytes = try read(file, atMost: Self.pieceSize - piece.count)
        if piece.isEmpty { piece = bytes } else { piece += bytes }
        continue
      }
      switch try entries.next() {
      case nil: return piece.isEmpty ? nil : piece
      case .bytes(let bytes): piece += bytes
      case .file(name: _, size: 0): continue
      case .file(let name, let size): current = try open(name, size)
      }
    }
    return piece
  }

  private mutating func read(
    _ file: consuming OpenFile, atMost limit: Int
  ) throws(TransportError) -> [UInt8] {
    let count = Int(min(UInt64(limit), file.size - file.position))
    let bytes: [UInt8]
    do { bytes = try file.descriptor.readBytes(at: file.position, count: count) } catch {
      throw .system(error)
    }
    guard bytes.count == count else { throw changed(file.name, "became shorter") }
    file.position += UInt64(count)
    if file.position < file.size { current = consume file }
    return bytes
  }

  private mutating func open(_ name: [UInt8], _ size: UInt64) throws(TransportError) -> OpenFile {
    let descriptor = try descriptor(name)
    let status: FileStatus
    do { status = try descriptor.status() } catch { throw .system(error) }
    guard status.kind == .regular else { throw changed(name, "is not a regular file") }
    guard status.size == size else {
      throw changed(name, "has \(status.size) bytes, and had \(size)")
    }
    return OpenFile(descriptor: descriptor, name: name, size: size)
  }

  private mutating func descriptor(_ name: [UInt8]) throws(TransportError) -> OwnedDescriptor {
    do { return try files.open(name) } catch { throw failure(error, name) }
  }

  private func failure(_ error: SystemError, _ name: [UInt8]) -> TransportError {
    switch error.errno {
    case .noSuchFileOrDirectory:
      .storageLayer(
        position,
        reason: "its file '\(String(decoding: name.prefix(200), as: UTF8.self))' is missing")
    case .tooManySymbolicLinkLevels, .notDirectory:
      changed(name, "is, or lies behind, a symbolic link")
    case .invalidArgument: changed(name, "would lie outside of the layer")
    case .permissionDenied, .notPermitted: .storagePermission(error)
    default: .system(error)
    }
  }

  private func changed(_ name: [UInt8], _ what: String) -> TransportError {
    let shown = String(decoding: name.prefix(200), as: UTF8.self)
    return .storageFile(layer: position, reason: "the file '\(shown)' \(what)")
  }
}

/// An assembly that a stream's closure may hold.
final class SharedAssembly: Sendable {
  private let assembly: Mutex<LayerAssembly>

  init(_ assembly: consuming sending LayerAssembly) { self.assembly = Mutex(assembly) }

  /// The tar in pieces; reads block the thread that asks for them.
  var stream: BlobStream {
    BlobStream { try self.assembly.withLock { assembly in try assembly.next() } }
  }
}
