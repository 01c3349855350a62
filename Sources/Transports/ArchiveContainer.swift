internal import Linux
internal import SystemPackage
internal import Tar

/// The files of a tar archive, found by reading its headers and nothing else.
struct ArchiveContainer: Container {
  let path: FilePath
  private let descriptor: SharedDescriptor
  private let members: [String: ArchiveMember]

  /// Reads the headers of an archive; it must not be compressed.
  init(_ path: FilePath) throws(TransportError) {
    self.path = path
    descriptor = try SharedDescriptor(opening: path)
    try Self.checkKind(descriptor, path)
    members = try Self.index(descriptor, path)
  }

  func file(_ name: String) throws(TransportError) -> StoredFile? {
    guard let member = try resolve(ArchiveMember.clean(name)) else { return nil }
    return StoredFile(descriptor: descriptor, offset: member.offset, size: member.size)
  }

  /// Follows links, of which docker-archives have one per repeated layer.
  private func resolve(_ name: String) throws(TransportError) -> (offset: UInt64, size: UInt64)? {
    var name = name
    for _ in 0..<16 {
      switch members[name] {
      case nil: return nil
      case .file(let offset, let size): return (offset, size)
      case .link(let target): name = target
      }
    }
    throw .missing(path: path.string, member: name)
  }

  private static func checkKind(
    _ descriptor: SharedDescriptor, _ path: FilePath
  ) throws(TransportError) {
    let start: [UInt8]
    do {
      guard try descriptor.file.status().kind == .regular else {
        throw TransportError.wrongKind(
          path: path.string, expected: "an archive", reason: "it is not a regular file")
      }
      start = try descriptor.file.readBytes(at: 0, count: 6)
    } catch { throw TransportError(error) }
    let compressions: [(magic: [UInt8], program: String)] = [
      ([0x1F, 0x8B], "gunzip"), ([0x28, 0xB5, 0x2F, 0xFD], "unzstd"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "unxz"), ([0x42, 0x5A, 0x68], "bunzip2"),
    ]
    for compression in compressions where start.starts(with: compression.magic) {
      throw .compressedArchive(path: path.string, program: "\(compression.program) \(path)")
    }
  }

  private static func index(
    _ descriptor: SharedDescriptor, _ path: FilePath
  ) throws(TransportError) -> [String: ArchiveMember] {
    var parser = TarParser()
    var index = ArchiveIndex()
    do {
      let size = try descriptor.file.status().size
      while parser.offset < size, !parser.hasEnded {
        let block = try descriptor.file.readBytes(at: parser.offset, count: 512)
        if block.isEmpty { break }
        try parser.consume(block.span.bytes, into: &index)
        let content = (offset: parser.offset, size: parser.storedContent)
        guard content.size > 0 else { continue }
        // A content that is not all there ends the parse with an error.
        if content.size > size - min(size, content.offset) { try parser.finish() }
        index.locate(at: content.offset)
        try parser.skipContent(into: &index)
      }
      if !parser.hasEnded, parser.offset < size { try parser.finish() }
    } catch let error as TarError {
      throw .archive(path: path.string, error)
    } catch { throw TransportError(error) }
    return index.members
  }
}
