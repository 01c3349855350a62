import ArgumentParser
import ImageSamples
import Linux
import StartBundles
import Store
import SystemPackage
import Testing

@testable import Commands

@Suite("The start bundle that an import makes of a guess")
struct GuessedBundleTests {
  private let directory: TemporaryDirectory
  private let store: Store
  private let path: String
  private let sample: SampleStore
  private let log = RecordingLog()

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.path.appending("store").string
    sample = try SampleStore(blockSize: 131_072)
    store = try Store.create(
      at: PosixDirectory(FilePath(path)), parameters: sample.parameters)
    let files = try RealPrograms.files(of: "/bin/bash")
    var members: [SampleMember] = []
    for name in Set(files.keys.flatMap(Self.directories)).sorted() {
      members.append(SampleMember(name, .directory))
    }
    for (name, bytes) in files {
      members.append(SampleMember(name, .file(bytes)).with(mode: 0o755))
    }
    members.append(SampleMember("unused", .file(SampleBytes.noise(50_000, seed: 1))))
    try sample.publish(["bash"], members, command: ["/bin/bash", "-l"], in: store)
  }

  private static func directories(of path: String) -> [String] {
    let parts = path.split(separator: "/").dropLast()
    return parts.indices.map { parts[...$0].joined(separator: "/") }
  }

  private func table(_ name: String) throws -> BundleTable? {
    let image = try store.newest().image(name)
    guard let file = try store.bundle(of: image.rootIdentity) else { return nil }
    let bundle = StartBundle(file, of: image.rootIdentity, turn: 0)
    bundle.start()
    return try bundle.table()
  }

  private func make(_ name: String) throws -> Bool {
    GuessedBundle(in: store, logger: log.logger).make(for: try store.newest().image(name).id)
  }

  @Test("has the program and what is loaded with it, no trace, and is made once")
  func made() throws {
    #expect(try table("bash") == nil && make("bash"))
    let table = try #require(try table("bash"))
    #expect(!table.isExact)
    let paths = Set(table.paths.values.map { String(decoding: $0, as: UTF8.self) })
    #expect(paths == Set(try RealPrograms.files(of: "/bin/bash").keys))
    #expect(try store.names(in: .traces).isEmpty && store.names(in: .staging).isEmpty)
    #expect(try !make("bash"))
    #expect(store.check().isEmpty)
  }

  @Test("is not made where the store knows a start, or the image names no program of its own")
  func notMade() throws {
    let image = try store.newest().image("bash")
    let staging = try store.stage(purpose: "test")
    try staging.write(
      AccessTrace(
        rootIdentity: image.rootIdentity, isExact: false,
        runs: [PageRun(inode: 0, first: 0, count: 1)]))
    staging.finish()
    let other = SampleMember("none", .file(SampleBytes.text(5000, seed: 2)))
    try sample.publish(["nothing"], [other], command: ["/none"], in: store)
    try sample.publish(["silent"], [other, SampleMember("more", .directory)], in: store)
    for name in ["bash", "nothing", "silent"] { #expect(try !make(name)) }
    #expect(try store.names(in: .bundles).isEmpty && log.lines.isEmpty)
  }

  @Test("is not missed: what goes wrong is a line for those who look for it")
  func failing() throws {
    let image = try store.newest().image("bash")
    Paths.removeTree(directory.path.appending("store/packs"))
    #expect(!GuessedBundle(in: store, logger: log.logger).make(for: image.id))
    #expect(!GuessedBundle(in: store, logger: log.logger).make(for: "no such image"))
    Paths.removeTree(directory.path.appending("store/generations"))
    #expect(!GuessedBundle(in: store, logger: log.logger).make(for: image.id))
    #expect(!log.lines.isEmpty && log.lines.allSatisfy { !$0.contains("error:") })
  }

  @Test("counts for nothing where somebody asks for a bundle of what is known, and can be removed")
  func command() throws {
    #expect(try make("bash"))
    let bundle = try BundleCommand.parse(["--store", path, "bash"])
    #expect(throws: (any Error).self) { try bundle.run() }
    #expect(try table("bash") != nil)
    let removal = try BundleCommand.parse(["--store", path, "--remove", "bash"])
    try removal.run()
    #expect(try table("bash") == nil)
  }
}
