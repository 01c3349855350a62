internal import AdditionalImageStore
internal import Digests
internal import Store
internal import Synchronization

/// The documents of the images that a store has: what is there need not be fetched.
///
/// Thread-safe. An image object is read when a document of it is asked for the first time; one that
/// cannot be read has none.
final class KnownDocuments: Sendable {
  private static let originals: Set<String> = [
    DocumentName.config, DocumentName.manifest, DocumentName.index,
  ]

  private let store: Store
  private let catalog: Catalog
  private let read = Mutex<[SHA256Digest: [String: [UInt8]]]>([:])

  init(_ store: Store, _ catalog: Catalog) {
    self.store = store
    self.catalog = catalog
  }

  /// The document with a digest, if an image of the store has it.
  func document(_ digest: Digest) -> [UInt8]? {
    let text = "\(digest)"
    guard let image = catalog.images.first(where: { $0.digests.contains(text) }) else { return nil }
    return documents(of: image).values.first { Self.digest(of: $0, digest.algorithm) == digest }
  }

  private static func digest(of bytes: [UInt8], _ algorithm: Digest.Algorithm) -> Digest {
    Digest.of(bytes.span.bytes, algorithm: algorithm)
  }

  private func documents(of image: ImageRecord) -> [String: [UInt8]] {
    if let known = read.withLock({ $0[image.object] }) { return known }
    let documents = (try? store.imageObject(image.object).documents) ?? [:]
    let original = documents.filter { Self.originals.contains($0.key) }
    read.withLock { $0[image.object] = original }
    return original
  }
}
