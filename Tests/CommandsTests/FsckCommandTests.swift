import ArgumentParser
import Failures
import ImageSamples
import Linux
import OCI
import SiteChecks
import Store
import StoreSimulation
import SystemPackage
import Testing

@testable import Commands

@Suite("The file system check")
struct FsckCommandTests {
  private let directory: TemporaryDirectory
  private let store: Store
  private let other: Store

  init() throws {
    let directory = try TemporaryDirectory()
    self.directory = directory
    let stores = try ["store", "other"].map { name in
      let store = try Store.create(
        at: PosixDirectory(directory.path.appending(name)), parameters: testParameters)
      try Sample("one").publish(to: store, names: ["one", "uno"])
      try Sample("two", blocks: [3, 9], small: ["gamma"]).publish(to: store)
      return store
    }
    (store, other) = (stores[0], stores[1])
  }

  private static let program = DetachedProcess.ownExecutable.removingLastComponent()
    .appending("firn-node").string

  private func run(_ arguments: String...) throws -> LimitedProcess {
    try LimitedProcess(
      running: "env",
      [
        "-u", "FIRN_STORE", "XDG_CONFIG_HOME=/nonexistent", "XDG_CACHE_HOME=\(cache)", Self.program,
        "fsck", "--store", store.directory.location,
      ] + arguments, within: 120)
  }

  private var cache: FilePath { directory.path.appending("cache") }

  private func text(_ process: LimitedProcess) -> String {
    String(decoding: process.output, as: UTF8.self)
  }

  private func damageBlock() throws -> FilePath {
    let pack = try #require(try store.newest().packs.first)
    let path = directory.path.appending("store/packs/\(pack.id)")
    let byte = try OwnedDescriptor(opening: path).readBytes(at: 17, count: 1)
    let changed = [byte[0] ^ 1]
    try OwnedDescriptor(opening: path, .readWrite).writeAll(changed.span.bytes, at: 17)
    return path
  }

  @Test("ends with 0 and one line for a good store, blocks included")
  func clean() throws {
    let process = try run("--data", "--rate", "100000")
    #expect(process.exitStatus == 0)
    #expect(text(process).split(separator: "\n").count == 1)
    #expect(text(process).hasSuffix(": clean\n"))
    #expect(text(process).contains("every block of"))
    #expect(try Paths.list(cache.appending("firn")) == [], "progress is removed at the end")
  }

  @Test("ends with 4, then 1, then 0: found, repaired from another store, clean")
  func repairs() throws {
    _ = try damageBlock()
    #expect(try run().exitStatus == 0, "only --data reads blocks")
    let found = try run("--data", "--json")
    #expect(found.exitStatus == 4)
    let problems = try JSONValue(parsing: found.output)["problems"]?.array ?? []
    #expect(problems.count == 1)
    #expect(problems.first?["kind"]?.string == "damaged")
    #expect(problems.first?["path"]?.string?.hasPrefix("packs/") == true)
    #expect(problems.first?["repaired"] == .bool(false))
    let left = try run("--data", "--repair")
    #expect(left.exitStatus == 4)
    #expect(text(left).contains("images: "))
    let repaired = try run("--data", "--repair", "--from", other.directory.location)
    #expect(repaired.exitStatus == 1)
    #expect(text(repaired).contains("repaired: damaged: packs/"))
    #expect(try run("--data").exitStatus == 0)
    #expect(try run("--repair").exitStatus == 0)
  }

  @Test("names the images of a pack that is gone by their names")
  func images() throws {
    let object = try store.imageObject(store.newest().image("one").object)
    let pack = try #require(object.packs.first)
    try Paths.unlink(directory.path.appending("store/packs/\(pack)"))
    let process = try run()
    #expect(process.exitStatus == 4)
    let lines = text(process).split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("missing: packs/\(pack)") })
    #expect(lines.contains { $0.hasPrefix("  images: ") && $0.contains("one") })
    #expect(lines.contains { $0.hasPrefix("image one, uno, id ") })
  }

  @Test("touches the files that the store needs, and says when some are gone")
  func keepalive() throws {
    let process = try run("--keepalive", "--json")
    #expect(process.exitStatus == 0)
    let listed = try store.newest().listedPaths
    let touched = try JSONValue(parsing: process.output)["touched"]?.int
    #expect(touched == Int64(listed.count + 2))
    let some = try #require(listed.min { $0.description < $1.description })
    try Paths.unlink(directory.path.appending("store/\(some)"))
    #expect(try run("--keepalive").exitStatus == 4)
  }

  @Test("tells a store that lost its description from a directory that is none")
  func description() throws {
    try Paths.unlink(directory.path.appending("store/firn.json"))
    #expect(try run().exitStatus == FailureCode.storeCorrupt.exitStatus)
    for area in ["generations", "packs"] {
      try Paths.rename(
        directory.path.appending("store/\(area)"), to: directory.path.appending(area))
    }
    #expect(try run().exitStatus == FailureCode.storeNotFound.exitStatus)
  }

  @Test("keeps its progress where it is told to, and refuses sources it does not know")
  func places() throws {
    let state = directory.path.appending("state")
    #expect(try run("--data", "--state", "\(state)/no/such").exitStatus == 74)
    #expect(try run("--data", "--state", state.string).exitStatus == 0)
    #expect(throws: SystemError.self) { try FileStatus(of: state) }
    let source = try run("--repair", "--from", "docker://example.org/x")
    #expect(source.exitStatus == FailureCode.storeNotFound.exitStatus)
  }

  @Test(
    "refuses options that mean nothing together",
    arguments: [
      ["--keepalive", "--data"], ["--keepalive", "--repair"], ["--from", "x"], ["--resume"],
      ["--rate", "5"], ["--state", "x"], ["--data", "--rate", "0"], ["--data", "--rate", "-1"],
    ])
  func combinations(arguments: [String]) {
    #expect(throws: (any Error).self) { try FsckCommand.parse(arguments) }
  }
}
