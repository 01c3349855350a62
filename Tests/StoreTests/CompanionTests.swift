import Digests
import StoreSimulation
import Testing

@testable import Store

@Suite("Access traces and start bundles in a store")
struct CompanionTests {
  private let identity = SHA256Digest.of(Array("an image".utf8).span.bytes)
  private let other = SHA256Digest.of(Array("another".utf8).span.bytes)

  private func trace(_ identity: SHA256Digest, exact: Bool = true) -> AccessTrace {
    AccessTrace(
      rootIdentity: identity, isExact: exact,
      runs: [
        PageRun(inode: 96, first: 7, count: 2), PageRun(inode: 32, first: 0, count: 1),
        PageRun(inode: 96, first: 0, count: 3),
      ])
  }

  private func entry(
    _ run: PageRun, bytes: UInt32, frame: UInt32 = 0, offset: UInt32 = 0
  ) -> BundleTable.Entry {
    BundleTable.Entry(run: run, byteCount: bytes, frame: frame, offset: offset)
  }

  /// The file of a bundle of two frames.
  private func bundle(in store: Store) throws -> [UInt8] {
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    var writer = try BundleWriter(staging, of: identity)
    #expect(try writer.append([UInt8](repeating: 7, count: 9000)) == 0)
    var generator = RandomNumbers(seed: 1)
    let noise = (0..<4096).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
    #expect(try writer.append(noise) == 1)
    let size = try writer.seal(
      [
        entry(PageRun(inode: 96, first: 7, count: 2), bytes: 8192),
        entry(PageRun(inode: 32, first: 0, count: 1), bytes: 808, offset: 8192),
        entry(PageRun(inode: 40, first: 5, count: 1), bytes: 4096, frame: 1),
      ], paths: [32: Array("bin/a".utf8), 96: Array("lib".utf8)], isExact: true)
    let file = try #require(try store.bundle(of: identity))
    #expect(file.size == size)
    return try file.bytes(at: 0, count: Int(size), of: .bundle(of: identity))
  }

  private func table(_ file: [UInt8], of identity: SHA256Digest? = nil) throws -> BundleTable {
    let footer = Array(file.suffix(BundleTable.footerSize))
    let place = try BundleTable.place(footer: footer, fileSize: UInt64(file.count))
    guard place.upperBound <= file.count else { throw FormatError.truncated }
    return try BundleTable(
      Array(file[Int(place.lowerBound)..<Int(place.upperBound)]), at: place,
      of: identity ?? self.identity)
  }

  @Test("a trace is read as it was written", arguments: [true, false])
  func traces(exact: Bool) throws {
    let trace = trace(identity, exact: exact)
    #expect(try AccessTrace(decoding: trace.encoded()) == trace)
  }

  @Test("a trace with any byte changed, or cut anywhere, is refused")
  func damagedTraces() throws {
    let bytes = trace(identity).encoded()
    for position in bytes.indices {
      var wrong = bytes
      wrong[position] ^= 0x40
      #expect(throws: FormatError.self) { try AccessTrace(decoding: wrong) }
      #expect(throws: FormatError.self) { try AccessTrace(decoding: Array(bytes[..<position])) }
    }
  }

  @Test("runs that are empty or end nowhere, and unknown flags, are refused")
  func hostileTraces() {
    for run in [
      PageRun(inode: 1, first: 0, count: 0), PageRun(inode: 1, first: .max, count: 2),
    ] {
      let wrong = AccessTrace(rootIdentity: identity, isExact: false, runs: [run])
      #expect(throws: FormatError.self) { try AccessTrace(decoding: wrong.encoded()) }
    }
    #expect(throws: FormatError.self) { try AccessTrace.isExact(flags: 2) }
  }

  @Test("the traces of an image are found among those of others, and damaged ones left out")
  func found() throws {
    let (store, directory) = try memoryStore()
    for identity in [identity, other, identity] {
      let staging = try store.stage(purpose: "test")
      try staging.write(trace(identity))
      staging.finish()
    }
    #expect(try store.traces(of: identity).count == 2)
    #expect(try store.traces(of: other) == [trace(other)])
    let path = try #require(
      directory.paths.first { $0.area == .traces && $0.name.hasPrefix(identity.hex) })
    directory.tamper(path) { $0[$0.count / 2] ^= 1 }
    #expect(try store.traces(of: identity) == [trace(identity)])
  }

  @Test("a bundle is read as it was written, and takes the place of the one before")
  func bundles() throws {
    let (store, _) = try memoryStore()
    #expect(try store.bundle(of: identity) == nil)
    let table = try table(try bundle(in: store))
    #expect(table.isExact && table.entries.count == 3 && table.frames.map(\.size) == [9000, 4096])
    #expect(table.frames[0].storedSize < 100 && table.frames[1].storedSize == 4096)
    #expect(table.paths[32].map { String(decoding: $0, as: UTF8.self) } == "bin/a")
    #expect(table.entries[1].bytes == 0..<808)
    _ = try bundle(in: store)
    #expect(try store.names(in: .bundles) == [identity.hex])
  }

  @Test("a bundle's table with any byte changed is refused, and that of another image")
  func damagedBundles() throws {
    let (store, _) = try memoryStore()
    let file = try bundle(in: store)
    let good = try table(file)
    let end = Int(good.dataEnd)
    for position in end..<file.count {
      var wrong = file
      wrong[position] ^= 0x10
      // The digest in the footer is for whoever checks whole files.
      if let found = try? table(wrong) { #expect(found == good, "at \(position)") }
      #expect(throws: FormatError.self) { try table(Array(file[..<position])) }
    }
    #expect(throws: FormatError.self) { try table(file, of: other) }
  }

  @Test("entries outside their frames, and too many bytes for their pages, are refused")
  func rules() throws {
    let (store, _) = try memoryStore()
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    let run = PageRun(inode: 1, first: 0, count: 2)
    for wrong in [
      entry(run, bytes: 8193), entry(run, bytes: 4096), entry(run, bytes: 0),
      entry(run, bytes: 8192, frame: 1), entry(run, bytes: 8192, offset: 900),
      entry(run, bytes: 8192, offset: .max),
    ] {
      var writer = try BundleWriter(staging, of: identity)
      _ = try writer.append([UInt8](repeating: 1, count: 9000))
      let ready = writer
      #expect(throws: StoreError.self) { try ready.seal([wrong], paths: [:], isExact: false) }
    }
    #expect(try store.bundle(of: identity) == nil)
  }

  @Test(
    "paths that lead out of an image are refused",
    arguments: ["", "/etc", "a//b", "a/", "../x", "a/./b", "a/..", "a\0b"])
  func paths(path: String) {
    #expect(!BundleTable.isPath(Array(path.utf8)))
    #expect(BundleTable.isPath(Array("usr/lib/..x/.y".utf8)))
  }

  @Test("what an image has is removed, and nothing of others")
  func removal() throws {
    let (store, _) = try memoryStore()
    _ = try bundle(in: store)
    let staging = try store.stage(purpose: "test")
    try staging.write(trace(identity))
    try staging.write(trace(other))
    staging.finish()
    let gone = try store.removeCompanions(of: identity)
    #expect(gone.map(\.path.area) == [.bundles, .traces])
    #expect(try store.bundle(of: identity) == nil && store.traces(of: identity).isEmpty)
    #expect(try store.traces(of: other).count == 1)
    #expect(try store.names(in: .staging).isEmpty)
  }
}
