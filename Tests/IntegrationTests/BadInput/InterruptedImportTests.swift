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
    let program = try firn.command("import", "--name", "big", reference).start()
    let writes = try eventually(within: 60) {
      try !program.isRunning || totalSize("\(firn.store)/staging") > 2_000_000
    }
    #expect(writes && program.isRunning, "the import ended before it could be stopped")
    program.signal(signal)
    return try program.wait(timeout: 60)
  }

  @Test(
    "an interrupt ends an import soon, with a message, and clears up", arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) throws {
    let before = try listing(firn.store)
    let outcome = try stop(with: signal)
    #expect(outcome.status == (signal == SIGINT ? 130 : outcome.status), "\(outcome)")
    #expect(outcome.status == 130 || outcome.status == 143, "\(outcome)")
    let report = FailureReport(outcome.errors)
    #expect(report.sentence != nil, "\(outcome)")
    #expect(try listing(firn.store) == before)
    try temporary.expectNone()
    #expect(ProcessTable.naming(firn.store).isEmpty)
    try clean.expectCleared(firn)
  }

  @Test("a killed import leaves what the next command clears")
  func killed() throws {
    let outcome = try stop(with: SIGKILL)
    #expect(outcome.status == 128 + SIGKILL)
    #expect(try firn.images().isEmpty)
    #expect(ProcessTable.naming(firn.store).isEmpty)
    try temporary.expectNone()
    try clean.expectCleared(firn)
  }
}
