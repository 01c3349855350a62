import Compression
import FUSE
import Flattening
import ImageSamples
import ImageTree
import Linux
import NodeService
import Store
import SystemPackage

@testable import ImageImport

/// A store on disk to import into, and a reader of what is in it.
struct ImportFixture {
  let directory: TemporaryDirectory
  let store: Store
  let log = RecordingLog()

  init(
    blockSize: UInt32 = 4096, compressor: Compressor = .zstd, level: Int32 = 3,
    access: StoreAccess = StoreAccess()
  ) throws {
    directory = try TemporaryDirectory()
    store = try Store.create(
      at: PosixDirectory(directory.path.appending("store")),
      parameters: StoreParameters(blockSize: blockSize, compressor: compressor, level: level),
      access: access)
  }

  @discardableResult
  func run(_ source: StubSource, as names: [String]) async throws -> ImportSummary {
    try await run(source, ImportRequest(names: names, text: "import stub"))
  }

  @discardableResult
  func run(_ source: StubSource, _ request: ImportRequest) async throws -> ImportSummary {
    try await Importer(store, logger: log.logger).run(request, from: source)
  }

  /// The image with a name, ready to be read.
  func image(_ name: String) throws -> LoadedImage {
    let object = try store.imageObject(try store.newest().image(name).object)
    return try LoadedImage(
      object, source: StoreContent(store, cacheSize: 8 << 20, logger: log.logger))
  }

  /// The whole root blob of an image.
  func rootBlob(_ name: String) throws -> [UInt8] {
    let image = try image(name)
    return try image.readRootBlob(at: 0, count: Int(image.rootBlobSize)).copied()
  }

  /// A file of an image.
  func content(_ path: String, of name: String) throws -> [UInt8] {
    let image = try image(name)
    let fileSystem = VolumeFileSystem(image.volume, content: image)
    let caller = Caller(uid: 0, gid: 0, pid: 1)
    return try fileSystem.content(
      of: try fileSystem.find(path, caller: caller), caller: caller)
  }

  /// The names of the files in a part of the store.
  func files(_ area: String) throws -> [String] {
    try Paths.list(directory.path.appending("store/\(area)"))
  }
}
