internal import AdditionalImageStore
internal import Linux
internal import OCI
internal import SystemPackage

/// The graph root of a storage of podman and buildah: where its lists, documents and layers are.
///
/// Nothing is written, and no lock is taken: the lists are replaced by renaming, so each is read
/// whole, and what is read of an image is checked by its digests.
struct StorageDirectory: Sendable {
  /// The drivers whose storage can be read.
  static let drivers = ["overlay", "vfs"]

  /// The most bytes of a list of images or layers: some fifty thousand images.
  private static let listLimit = 64 << 20

  private let container: DirectoryContainer
  /// The storage driver, `overlay` or `vfs`.
  let driver: String

  var path: FilePath { container.path }

  /// Takes the first of some directories that is a graph root.
  init(searching candidates: [FilePath], driver: String?) throws(TransportError) {
    let drivers = driver.map { [$0] } ?? Self.drivers
    guard let found = try Self.find(candidates, drivers) else {
      throw .noStorage(paths: candidates.map(\.string))
    }
    container = found.container
    self.driver = found.driver
  }

  private static func find(
    _ candidates: [FilePath], _ drivers: [String]
  ) throws(TransportError) -> (container: DirectoryContainer, driver: String)? {
    for candidate in candidates {
      guard let container = try directory(candidate) else { continue }
      for driver in drivers {
        if try container.file("\(driver)-images/images.json") != nil { return (container, driver) }
      }
    }
    return nil
  }

  private static func directory(_ path: FilePath) throws(TransportError) -> DirectoryContainer? {
    do { return try DirectoryContainer(path) } catch {
      if case .system(let error) = error, error.errno == .noSuchFileOrDirectory { return nil }
      throw error
    }
  }

  /// The images; the record of an image is written after those of its layers.
  func images() throws(TransportError) -> [StorageRecord.Image] {
    let bytes = try container.read("\(driver)-images/images.json", limit: Self.listLimit)
    do { return try StorageRecord.images(parsing: bytes ?? []) } catch { throw .content(error) }
  }

  /// The layers.
  func layers() throws(TransportError) -> [StorageRecord.Layer] {
    let name = "\(driver)-layers/layers.json"
    guard let bytes = try container.read(name, limit: Self.listLimit) else {
      throw .missing(path: path.string, member: name)
    }
    do { return try StorageRecord.layers(parsing: bytes) } catch { throw .content(error) }
  }

  /// A document of an image; nil where it has none of that key.
  func document(
    _ key: String, of image: StorageRecord.Image
  ) throws(TransportError) -> [UInt8]? {
    try container.read(
      "\(driver)-images/\(image.id)/\(DataKey.fileName(for: key))", limit: Manifest.sizeLimit)
  }

  /// What a layer's tar has beside the contents of its files; nil where the storage lacks it.
  func tarSplit(of layer: StorageRecord.Layer) throws(TransportError) -> StoredFile? {
    try container.file("\(driver)-layers/\(layer.id).tar-split.gz")
  }

  /// The files of a layer.
  func files(of layer: StorageRecord.Layer) throws(TransportError) -> EnclosedDirectory {
    let place = driver == "vfs" ? "vfs/dir/\(layer.id)" : "\(driver)/\(layer.id)/diff"
    do { return try EnclosedDirectory(opening: path.appending(place)) } catch {
      throw .system(error)
    }
  }
}
