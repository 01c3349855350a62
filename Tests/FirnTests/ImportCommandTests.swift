import ArgumentParser
import Commands
import Testing

@testable import firn

@Suite("The arguments of import")
struct ImportCommandTests {
  @Test("have limits that make sense, and durations and sizes with a unit")
  func limits() throws {
    let command = try ImportCommand.parse([
      "oci:x", "--wait", "2h", "--max-layer-size", "64G", "--max-ratio", "7",
      "--idle-timeout", "30s",
    ])
    #expect(command.wait.seconds == 7200 && command.limits.maxLayerSize.bytes == 64 << 30)
    #expect(
      command.limits.maxRatio == 7 && command.registry.use.connection.idleTimeout.seconds == 30)
    let usual = try ImportCommand.parse(["oci:x"])
    #expect(usual.wait.seconds == 600 && usual.limits.maxLayerSize.bytes == 256 << 30)
    #expect(usual.registry.use.connection.idleTimeout.seconds == 60)
    #expect(try ImportCommand.parse(["oci:x", "--wait", "0"]).wait.seconds == 0)
  }

  @Test(
    "are answered with what is wrong",
    arguments: [
      (["--max-layer-size", "0"], "at least 1 byte"), (["--max-layer-size", "0G"], "at least 1"),
      (["--max-ratio", "0"], "at least 1"), (["--max-layer-size", "big"], "such as 64G"),
      (["--wait", "10"], "such as 30s"), (["--idle-timeout", "soon"], "such as 30s"),
      (["--group", "no-such-group"], "no group 'no-such-group'"),
      (["--name", "a", "oci:y"], "--name goes with a single image"),
    ])
  func wrong(arguments: [String], text: String) {
    do {
      _ = try ImportCommand.parse(["oci:x"] + arguments)
      Issue.record("accepted: \(arguments)")
    } catch {
      #expect(ImportCommand.message(for: error).contains(text))
      #expect(ImportCommand.exitCode(for: error).rawValue == 64)
    }
  }

  @Test("are shown with their form and default in the help")
  func help() {
    let help = ImportCommand.helpMessage(columns: 10_000)
    for text in ["such as 30s; otherwise 1m.", "otherwise 10m.", "otherwise 256G."] {
      #expect(help.contains(text), "\(text)")
    }
  }
}
