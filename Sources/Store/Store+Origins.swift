public import Digests
internal import Linux

/// What a file of the store says of itself, whether a catalog lists it or not.
public struct FileOrigin: Hashable, Sendable {
  /// The size of the file in bytes.
  public var size: UInt64
  /// Who wrote it; nil when that cannot be read.
  public var writer: WriterToken?

  /// Makes an origin.
  public init(size: UInt64, writer: WriterToken?) {
    self.size = size
    self.writer = writer
  }
}

extension Store {
  /// Reads who wrote a pack, an index run or an image object: one open(2) and a few small reads.
  ///
  /// The file need not be listed, and only what says who wrote it is checked.
  /// - Returns: Nil when the file is not there. An origin without writer when the file is damaged,
  ///   cannot be read, or lies in another area.
  public func origin(of path: StorePath) throws(StoreError) -> FileOrigin? {
    let file: any StoreFile
    do throws(StoreError) {
      file = try attempt(path) { () throws(SystemError) in try directory.open(path) }
    } catch .missing {
      return nil
    } catch {
      return FileOrigin(size: 0, writer: nil)
    }
    return FileOrigin(size: file.size, writer: try? writer(of: file, path))
  }

  private func writer(
    of file: any StoreFile, _ path: StorePath
  ) throws(StoreError) -> WriterToken? {
    let section: ByteReader
    switch path.area {
    case .images:
      section = try SectionFile.read(
        ImageObject.writerSection, in: file, from: 0, to: file.size, of: path)
    case .packs: section = try trailerSection(PackTrailer.writerSection, of: file, path)
    case .index: section = try trailerSection(IndexRunTrailer.writerSection, of: file, path)
    default: return nil
    }
    return try path.decoding { () throws(FormatError) in try WriterToken(section: section) }
  }

  private func trailerSection(
    _ key: SectionKey, of file: any StoreFile, _ path: StorePath
  ) throws(StoreError) -> ByteReader {
    let size = UInt64(TrailedFile.footerSize)
    guard file.size >= size else { throw .damaged(path, .truncated) }
    let bytes = try file.bytes(at: file.size - size, count: Int(size), of: path)
    let footer = try path.decoding { () throws(FormatError) in
      try TrailedFile.decodeFooter(bytes, fileSize: file.size)
    }
    return try SectionFile.read(
      key, in: file, from: footer.trailerOffset, to: footer.trailerOffset + footer.trailerSize,
      of: path)
  }

  /// The layers that an image object names, without the rest of it: one open(2), three small reads.
  ///
  /// - Throws: `missing` or `damaged`.
  public func layers(ofObject name: SHA256Digest) throws(StoreError) -> [LayerKey] {
    let path = StorePath(.images, name.hex)
    let file = try attempt(path) { () throws(SystemError) in try directory.open(path) }
    let section = try SectionFile.read(
      ImageObject.layersSection, in: file, from: 0, to: file.size, of: path)
    return try path.decoding { () throws(FormatError) in try ImageObject.layers(section) }
  }
}
