import Glibc
import Linux
import StoreSimulation
import Synchronization
import SystemPackage
import Testing

@testable import Store

/// Writers in processes of their own, ended by SIGKILL at random moments.
///
/// The processes run this test program again: where a variable names a store, the writer's test writes into it for
/// ever; elsewhere it writes a few rounds into a store of its own.
@Suite("Writers that are killed", .serialized)
struct KillTests {
  private static let variable = "FIRN_TEST_ENDLESS_WRITER"
  private static let place = getenv(variable).map { FilePath(String(cString: $0)) }

  @Test("write in rounds that leave a sound store")
  func endlessWriter() throws {
    if let place = Self.place { return try write(rounds: .max, to: place) }
    try withTemporaryPath { path in
      _ = try Store.create(at: PosixDirectory(path), parameters: testParameters)
      try write(rounds: 6, to: path)
      let store = try Store.open(PosixDirectory(path))
      #expect(try store.newest().images.flatMap(\.names).count == 5)
      #expect(store.check(.data) == [])
    }
  }

  /// Publishes, tags, merges and removes images, so many times.
  private func write(rounds: Int, to path: FilePath) throws {
    let pid = getpid()
    for round in 0..<rounds {
      let store = try Store.open(PosixDirectory(path))
      let name = "image\(pid)-\(round)"
      try Sample(name, blocks: [UInt64(round % 4), UInt64(pid)], small: ["shared", name])
        .publish(to: store)
      try store.publish("tag") { (catalog) throws(StoreError) in
        try catalog.tagging(name, as: "latest")
      }
      let staging = try store.stage(purpose: "merge")
      try store.mergeIndexRuns(staging)
      staging.finish()
      if round > 3 {
        try store.publish("remove") { (catalog) throws(StoreError) in
          try catalog.removing(name: "image\(pid)-\(round - 3)")
        }
      }
    }
  }

  /// Runs a writer and kills it after a while; returns what it printed.
  private func runAndKill(_ path: FilePath, after milliseconds: Int) throws -> String {
    let program = try Paths.linkTarget("/proc/self/exe").string
    let arguments = [
      "-s", "KILL", "\(milliseconds / 1000).\(String(1000 + milliseconds % 1000).dropFirst())",
      program, "--testing-library", "swift-testing", "--filter", "KillTests/endlessWriter",
    ]
    return try ChildProcess(
      running: "timeout", arguments, environment: ["\(Self.variable)=\(path)"]
    ).output
  }

  @Test("lose nothing that was published and show nothing by halves", .enabled(if: place == nil))
  func killed() throws {
    try withTemporaryPath { path in
      _ = try Store.create(at: PosixDirectory(path), parameters: testParameters)
      var before = try Store.open(PosixDirectory(path)).newest()
      let output = Mutex("")
      for _ in 0..<4 {
        let threads = try (0..<3).map { _ in
          try JoinableThread {
            let text = try? self.runAndKill(path, after: .random(in: 150...900))
            output.withLock { $0 += text ?? "no process" }
          }
        }
        for thread in threads { thread.join() }
        let store = try Store.open(PosixDirectory(path))
        let catalog = try store.newest()
        #expect(store.check(.data) == [])
        let digests = Set(catalog.images.map(\.id))
        #expect(before.images.allSatisfy { digests.contains($0.id) })
        #expect(catalog.indexRuns.count <= Store.mostIndexRuns + 3)
        before = catalog
      }
      #expect(before.images.count > 3, "\(output.withLock { $0 })")
      let store = try Store.open(PosixDirectory(path))
      try store.clearLeftovers()
      for area in StoreArea.allCases {
        #expect(try store.names(in: area).filter(StagingOwner.isTemporary) == [])
      }
      #expect(try store.stagingOwners() == [])
      try Sample("last").publish(to: store)
      #expect(store.check(.data) == [])
    }
  }
}
