import Digests
import ImageSamples
import ImageTree
import Linux
import StartBundles
import Store
import SystemPackage
import Testing

@testable import NodeService

@Suite("What a node learned of a start")
struct TracePublicationTests {
  private let directory: TemporaryDirectory
  private let store: Store
  private let record: ImageRecord
  private let inode: UInt32
  private let content: StoreContent
  /// How many pages the image's file has.
  private let pageCount: UInt32 = 400

  init() throws {
    directory = try TemporaryDirectory()
    let sample = try SampleStore(blockSize: 131_072)
    store = try Store.create(
      at: PosixDirectory(directory.path.appending("store")), parameters: sample.parameters)
    let bytes = SampleBytes.noise(Int(pageCount) * 4096, seed: 1)
    try sample.publish(["a"], [SampleMember("file", .file(bytes))], in: store)
    record = try store.newest().image("a")
    content = StoreContent(store, cacheSize: 4 << 20, logger: RecordingLog().logger)
    let image = try LoadedImage(try store.imageObject(record.object), source: content)
    let files = try VolumeNames.files(of: image.volume)
    inode = try #require(files.first { $0.name == "file" }?.inode)
  }

  private func trace(_ pages: Range<UInt32>..., exact: Bool = false) -> AccessTrace {
    AccessTrace(
      rootIdentity: record.rootIdentity, isExact: exact,
      runs: pages.map {
        PageRun(inode: inode, first: $0.lowerBound, count: UInt32($0.count))
      })
  }

  /// Makes the store's bundle of a trace, which is written to the store or not.
  private func makeBundle(_ trace: AccessTrace, writing: Bool) throws {
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    if writing { try staging.write(trace) }
    let image = try LoadedImage(try store.imageObject(record.object), source: content)
    _ = try BundleBuilder().build(trace, from: ImagePages(image), in: staging)
  }

  /// The table of the bundle that the store has.
  private func table() throws -> BundleTable? {
    guard let file = try store.bundle(of: record.rootIdentity) else { return nil }
    let bundle = StartBundle(file, of: record.rootIdentity, turn: 0)
    bundle.start()
    return try bundle.table()
  }

  private func pages() throws -> Set<UInt64> {
    Set(try table()?.entries.flatMap(\.run.pages) ?? [])
  }

  private func publish(_ trace: AccessTrace) throws -> Bool {
    try TracePublication(content, record).publish(trace, beside: try table())
  }

  @Test("becomes a trace and a bundle where there is neither, unless it is little")
  func first() throws {
    #expect(try !publish(trace(0..<63)))
    #expect(try table() == nil && store.traces(of: record.rootIdentity).isEmpty)
    #expect(try publish(trace(0..<64)))
    #expect(try pages() == Set(0..<64))
    #expect(try store.traces(of: record.rootIdentity) == [trace(0..<64)])
  }

  @Test("takes the place of a guess as soon as the guess lacks a page, and keeps what it had")
  func afterGuess() throws {
    try makeBundle(trace(0..<200), writing: false)
    // All of it came too late to be pushed, and nothing was missing.
    #expect(try !publish(trace(10..<150)))
    #expect(try store.traces(of: record.rootIdentity).isEmpty)
    #expect(try publish(trace(140..<201, 300..<303)))
    #expect(try pages() == Set(0..<201).union(300..<303))
    let written = try store.traces(of: record.rootIdentity)
    #expect(written == [trace(0..<200, 200..<201, 300..<303)])
    #expect(try table()?.isExact == false)
  }

  @Test("takes the place of another node's only when a tenth is missing in that")
  func afterTrace() throws {
    try makeBundle(trace(0..<200), writing: true)
    // Much was read, little of it is new.
    #expect(try !publish(trace(0..<219)))
    #expect(try store.traces(of: record.rootIdentity).count == 1)
    #expect(try publish(trace(0..<220)))
    #expect(try pages() == Set(0..<220))
    #expect(try store.traces(of: record.rootIdentity).count == 2)
  }

  @Test("is not written again by those who started with the guess that it replaced")
  func others() throws {
    try makeBundle(trace(0..<200), writing: false)
    let guess = try table()
    #expect(try publish(trace(200..<300)))
    let publication = TracePublication(content, record)
    #expect(try !publication.publish(trace(195..<305), beside: guess))
    #expect(try publication.publish(trace(300..<400), beside: guess))
    #expect(try pages() == Set(0..<400))
  }

  @Test("never takes the place of what was recorded on purpose")
  func afterExact() throws {
    try makeBundle(trace(0..<100), writing: false)
    let guess = try table()
    try makeBundle(trace(0..<70, exact: true), writing: true)
    #expect(try !publish(trace(100..<400)))
    #expect(try !TracePublication(content, record).publish(trace(100..<400), beside: guess))
    #expect(try !TracePublication(content, record).publish(trace(100..<400), beside: nil))
    #expect(try pages() == Set(0..<70) && table()?.isExact == true)
  }

  @Test("asks the store for nothing where the bundle had everything, or is exact")
  func quiet() throws {
    try makeBundle(trace(0..<200, exact: true), writing: false)
    let exact = try #require(try table())
    try makeBundle(trace(0..<200), writing: false)
    let guess = try #require(try table())
    let meter = StoreMeter()
    let counted = StoreContent(
      store.counted(by: meter), cacheSize: 1 << 20, meter: meter, logger: RecordingLog().logger)
    let publication = TracePublication(counted, record)
    #expect(try !publication.publish(trace(100..<400), beside: exact))
    #expect(try !publication.publish(trace(0..<200), beside: guess))
    #expect(meter.counts() == StoreMeter().counts())
  }
}
