import Digests
import Failures
import ImageSamples
import Linux
import OCI
import Store
import StoreSimulation
import SystemPackage
import Testing

@testable import ImageImport
@testable import Transports

@Suite("The room an import needs")
struct SpaceNeedTests {
  private func layer(_ size: UInt64, _ number: Int = 1) -> ImageLayer {
    let digest = Digest.of(Array("\(number)".utf8).span.bytes)
    return ImageLayer(
      descriptor: Descriptor(mediaType: .ociLayer, digest: digest, size: size), diffID: digest,
      position: number)
  }

  @Test("is that of its layers and some more")
  func need() {
    let need = SpaceNeed([layer(100_000_000), layer(20_000_000, 2)])
    #expect(need.bytes == 126_000_000 + SpaceNeed.margin)
    #expect(need.inodes == 2 + 8 + 1)
    #expect(SpaceNeed([layer(9 << 30)]).inodes == 1 + 8 + 3)
  }

  @Test("is the most there can be when a manifest claims more than that")
  func overflow() {
    let layers = (1...3).map { layer(.max / 2, $0) }
    #expect(layers.byteCount == .max)
    #expect(SpaceNeed(layers).bytes == .max)
  }

  @Test(
    "refuses a file system that has less, with the figures",
    arguments: [(999_999_999, 1000, true), (10_000_000_000, 11, false)])
  func refusal(_ bytes: UInt64, _ inodes: UInt64, _ isOfBytes: Bool) throws {
    let need = SpaceNeed([layer(2_000_000_000), layer(1, 2), layer(1, 3)])
    let space = FreeSpace(bytes: bytes, inodes: inodes)
    let failure = #expect(throws: Failure.self) { try need.require(space, in: "/store") }
    #expect(failure?.code == .noSpace)
    #expect(failure?.sentence.contains("/store") == true)
    let figures = isOfBytes ? ["2117 MB are needed", "16 MiB", " 999 MB are left"] : ["12", "11"]
    for figure in figures { #expect(failure?.cause?.contains(figure) == true, "\(figure)") }
    try need.require(FreeSpace(bytes: need.bytes, inodes: need.inodes), in: "")
    try need.require(FreeSpace(bytes: .max, inodes: .max), in: "")
  }

  /// A directory on a file system of which so much is left.
  private struct NarrowDirectory: ForwardingDirectory {
    let base: any StoreDirectory
    let space: FreeSpace?

    func freeSpace() throws(SystemError) -> FreeSpace {
      guard let space else { throw SystemError("statvfs", nil, .noFunction) }
      return space
    }
  }

  private func run(
    _ space: FreeSpace?, on directory: MemoryDirectory
  ) async throws -> (summary: ImportSummary, source: StubSource) {
    let store = try Store.open(
      NarrowDirectory(base: directory, space: space), surroundings: testSurroundings())
    let source = try StubSource([try ArchivedLayer(["a": SampleBytes.noise(50_000, seed: 1)])])
    let importer = Importer(store, logger: RecordingLog().logger)
    do {
      let summary = try await importer.run(ImportRequest(names: ["x"], text: "t"), from: source)
      return (summary, source)
    } catch {
      #expect(source.requestCount == 0, "something was fetched")
      throw error
    }
  }

  @Test("is asked for before anything is fetched")
  func early() async throws {
    let (store, directory) = try memoryStore()
    let before = try store.newest()
    for space in [
      FreeSpace(bytes: 60_000, inodes: .max), FreeSpace(bytes: .max, inodes: 3),
      FreeSpace(bytes: 0, inodes: 0),
    ] {
      let failure = await #expect(throws: Failure.self) {
        _ = try await run(space, on: directory)
      }
      #expect(failure?.code == .noSpace)
    }
    #expect(try store.newest() == before)
    #expect(directory.leftovers == [])
  }

  @Test("is not asked for what the store has already, or where nobody can say")
  func known() async throws {
    let (_, directory) = try memoryStore()
    #expect(try await run(nil, on: directory).summary.fetchedLayers == 1)
    let again = try await run(FreeSpace(bytes: 0, inodes: 0), on: directory)
    #expect(again.summary.wasUnchanged)
  }
}
