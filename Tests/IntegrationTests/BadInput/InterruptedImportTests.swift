import FoundationEssentials
import Glibc
import Testing

/// Imports that are stopped on the way.
@Suite("Interrupted imports", .needs(.firn, .images))
struct InterruptedImportTests {
  let scratch: Scratch
  let firn: Firn
  let temporary: TemporaryFiles
  let clean: CleanStore

  init() throws {
    scratch = try Scratch("interrupted")
    temporary = try TemporaryFiles(scratch)
    var firn = try Firn(creating: scratch("store"))
    firn.environment["TMPDIR"] = temporary.path
    self.firn = firn
    clean = try CleanStore(scratch)
  }

  /// Starts an import that takes seconds, and stops it when it has begun to write.
  private func stop(with signal: Int32) throws -> Command.Outcome {
    let reference = "oci:\(try Images.layout(.python)):latest"
    let program = try firn.command("import", "--quiet", "--name", "big", reference).start()
    let writes = try eventually(within: 60) {
      try !program.isRunning || totalSize("\(firn.store)/packs") > 2_000_000
    }
    #expect(writes && program.isRunning, "the import ended before it could be stopped")
    program.signal(signal)
    return try program.wait(timeout: 60)
  }

  @Test(
    "an interrupt ends an import soon, with a message; the next command clears what is left",
    arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) throws {
    let outcome = try stop(with: signal)
    outcome.expectFailure(130)
    #expect(try firn.images().isEmpty)
    try temporary.expectNone()
    #expect(ProcessTable.naming(firn.store).isEmpty)
    try clean.expectOnlyComplete(firn)
  }

  private struct Summary: Decodable {
    var event: String
    var fetchedLayers: Int?
    var reusedLayers: Int?
  }

  @Test(
    "goes on where it was: what is complete is not fetched again", arguments: [SIGKILL, SIGTERM])
  func resumed(signal: Int32) throws {
    let layout = try LayoutBuilder(scratch: scratch).layout(
      "two", layers: [["a": noise(17 << 20, seed: 1)], ["b": noise(120 << 20, seed: 2)]])
    let program = try firn.command("import", "--name", "two", "oci:\(layout):latest").start()
    let isComplete = try eventually(within: 60) {
      try !program.isRunning || !list("\(firn.store)/layers").isEmpty
    }
    #expect(isComplete && program.isRunning, "the import ended before it could be stopped")
    program.signal(signal)
    _ = try program.wait(timeout: 60)
    #expect(try firn.images().isEmpty)
    let outcome = try firn("import", "--json", "--quiet", "--name", "two", "oci:\(layout):latest")
    let summary = try JSONDecoder().decode(Summary.self, from: Data(outcome.output))
    #expect(summary.reusedLayers == 1 && summary.fetchedLayers == 1)
    let control = try Firn(creating: scratch("control"))
    try control.importImage("oci:\(layout):latest", as: "two")
    for (firn, name) in [(firn, "found"), (control, "expected")] {
      try firn("export", "two", scratch("\(name).squashfs"))
    }
    #expect(try sameBytes(scratch("found.squashfs"), scratch("expected.squashfs")))
    try firn("fsck", "--data")
  }

  @Test("a killed import leaves what the next command clears")
  func killed() throws {
    let outcome = try stop(with: SIGKILL)
    #expect(outcome.status == 128 + SIGKILL)
    #expect(try firn.images().isEmpty)
    #expect(ProcessTable.naming(firn.store).isEmpty)
    try temporary.expectNone()
    try clean.expectOnlyComplete(firn)
  }
}
