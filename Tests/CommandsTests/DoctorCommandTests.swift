import ArgumentParser
import Failures
import ImageSamples
import Linux
import OCI
import SiteChecks
import Store
import SystemPackage
import Testing

@testable import Commands

@Suite("The doctor")
struct DoctorCommandTests {
  private let directory: TemporaryDirectory
  private let store: FilePath

  init() throws {
    directory = try TemporaryDirectory()
    store = directory.path.appending("store")
    _ = try Store.create(at: PosixDirectory(store), parameters: StoreParameters(level: 3))
  }

  private static let program = DetachedProcess.ownExecutable.removingLastComponent()
    .appending("firn-node").string

  private func run(_ arguments: String...) throws -> LimitedProcess {
    try LimitedProcess(
      running: "env",
      ["-u", "FIRN_STORE", "XDG_CONFIG_HOME=/nonexistent", Self.program, "doctor"] + arguments,
      within: 120)
  }

  private func text(_ process: LimitedProcess) -> String {
    String(decoding: process.output, as: UTF8.self)
  }

  @Test("checks several stores, and ends with 72 when one has a problem")
  func stores() throws {
    let other = directory.path.appending("other").string
    let bad = try run("--json", "--store", store.string, "--store", other)
    #expect(bad.exitStatus == 72)
    let results = try JSONValue(parsing: bad.output).array ?? []
    func outcome(_ name: String, _ subject: String) -> String? {
      results.first { $0["name"]?.string == name && $0["subject"]?.string == subject }?["outcome"]?
        .string
    }
    for name in ["store", "exclusive-create", "link", "rename", "fsync", "clock", "directories"] {
      #expect(outcome(name, store.string) == "ok", "\(name)")
    }
    #expect(outcome("file-system", other) == "problem")
    #expect(results.contains { $0["name"]?.string == "kernel" })
    #expect(try Paths.list(store.appending("staging")) == [])
  }

  @Test("prints a line for each check and what to do below it")
  func lines() throws {
    let process = try run("--store", store.string, directory.path.string)
    let lines = text(process).split(separator: "\n")
    let name = store.string
    #expect(lines.contains { $0.hasPrefix("ok ") && $0.contains("\(name): of two processes") })
    let missing = lines.firstIndex { $0.hasPrefix("problem  mount ") }
    let next = try #require(missing) + 1
    #expect(lines[next].contains("next: Run firn serve \(directory.path)"))
    #expect(process.exitStatus == 72)
  }

  @Test("without a store notes that")
  func noStore() throws {
    let output = text(try run())
    #expect(output.contains("no store was named") || output.contains("written"))
  }

  @Test("reports a part that does not answer as it should")
  func silence() {
    for (program, word) in [("false", "status 1"), ("true", "status 0"), ("no-such", "No such")] {
      let results = DoctorPart.store.results(mount: "/m", store: "/s", program: program)
      #expect(results.map(\.outcome) == [.problem])
      #expect(results.first?.subject == "/s")
      #expect(results.first?.name == "store")
      #expect(results.first?.sentence.contains(word) == true)
    }
    let mount = DoctorPart.defaultMount.results(mount: "/m", program: "false")
    #expect(mount.first?.name == "mount" && mount.first?.subject == "/m")
    #expect(DoctorPart.host.results(mount: "/m", program: "false").first?.subject == nil)
  }

  @Test("gives up a part that hangs")
  func hang() throws {
    let script = try directory.write("hang", Array("#!/bin/sh\nexec sleep 60\n".utf8))
    try Paths.setMode(script, 0o755)
    let begin = MonotonicClock.seconds()
    let results = DoctorPart.mount.results(mount: "/m", program: script.string, within: 0.3)
    #expect(MonotonicClock.seconds() - begin < 20)
    #expect(results.map(\.outcome) == [.problem])
    #expect(results.first?.sentence.contains("hangs") == true)
  }

  @Test("shows nobody how its parts are called")
  func hidden() {
    let help = DoctorCommand.helpMessage(columns: 80)
    #expect(help.contains("--store <dir>"))
    #expect(!help.contains("--part"))
  }

  @Test("has an exit status of its own for problems")
  func status() {
    #expect(FailureCode.siteProblem.exitStatus == 72)
    #expect(FailureCode.allCases.count { $0.exitStatus == 72 } == 1)
  }
}
