public import Digests
internal import Linux
public import Store

/// What a collector does something to.
public enum Subject: Hashable, Sendable {
  /// An image object of the catalog, its image's id and names.
  case image(SHA256Digest, id: String, names: [String])
  /// A pack of the catalog.
  case pack(PackID)
  /// A file that the catalog does not list.
  case file(StorePath)
  /// Generations.
  case generations(ClosedRange<UInt64>)
  /// A command that was writing.
  case owner(StagingOwner)
  /// So many runs of the block index.
  case indexRuns(Int)

  init(_ image: ImageRecord) {
    self = .image(image.object, id: image.id, names: image.names)
  }

  /// The image object, if it is one.
  var object: SHA256Digest? { if case .image(let object, _, _) = self { object } else { nil } }

  /// The pack, if it is one.
  var pack: PackID? { if case .pack(let id) = self { id } else { nil } }
}

extension Subject: CustomStringConvertible {
  /// What people call it.
  public var description: String {
    switch self {
    case .image(_, let id, let names):
      names.isEmpty ? "image \(id.prefix(12))" : "image \(names[0]) (\(id.prefix(12)))"
    case .pack(let id): "pack \(id.description.prefix(12))"
    case .file(let path): "\(path)"
    case .generations(let range):
      range.count == 1
        ? "generation \(range.lowerBound)"
        : "generations \(range.lowerBound) to \(range.upperBound)"
    case .owner(let owner): "staged files of process \(owner.process.pid)"
    case .indexRuns(let count): "\(count) runs of the block index"
    }
  }
}
