internal import Digests
internal import OCI
internal import SystemPackage

extension DockerArchiveSource {
  /// Describes a layer of the archive.
  func layer(_ name: String, _ diffID: Digest) throws(TransportError) -> Descriptor {
    let file = try file(name)
    let start = try file.read(at: 0, count: 4)
    let type: MediaType
    if start.starts(with: [0x1F, 0x8B]) {
      type = .ociLayerGzip
    } else if start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
      type = .ociLayerZstd
    } else {
      return Descriptor(mediaType: .ociLayer, digest: diffID, size: file.size)
    }
    return Descriptor(mediaType: type, digest: try digest(of: file), size: file.size)
  }

  private func digest(of file: StoredFile) throws(TransportError) -> Digest {
    var hasher = ContentHasher(.sha256)
    var position: UInt64 = 0
    while true {
      let piece = try file.read(at: position, count: 1 << 20)
      if piece.isEmpty { return hasher.finalize() }
      hasher.update(piece.span.bytes)
      position += UInt64(piece.count)
    }
  }

  /// The image that was chosen by name or by `@NUMBER`, or the only one.
  static func choose(
    _ choice: String?, from images: [DockerArchive.Image], path: String
  ) throws(TransportError) -> DockerArchive.Image {
    let available = images.flatMap(\.names)
    guard let choice else {
      guard let only = images.first, images.count == 1 else {
        if images.isEmpty { throw .noSuchImage(path: path, wanted: "", available: []) }
        throw .ambiguous(path: path, available: available)
      }
      return only
    }
    if choice.hasPrefix("@"), let number = Int(choice.dropFirst()) {
      guard images.indices.contains(number) else {
        throw .noSuchImage(path: path, wanted: choice, available: available)
      }
      return images[number]
    }
    let wanted = (try? Reference(parsing: choice).imageName) ?? choice
    let named = images.first { image in
      image.names.contains { $0 == choice || (try? Reference(parsing: $0).imageName) == wanted }
    }
    guard let named else { throw .noSuchImage(path: path, wanted: choice, available: available) }
    return named
  }
}
