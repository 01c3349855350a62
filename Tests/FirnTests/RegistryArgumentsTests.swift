import ArgumentParser
import Compression
import Failures
import Registry
import SystemPackage
import Testing
import Transports

@testable import firn

@Suite("The options for registries")
struct RegistryArgumentsTests {
  private func sources(_ names: [String]) throws -> [SourceName] {
    try names.map { try SourceName(parsing: $0) }
  }

  @Test("let credentials be shown to one registry only")
  func credentials() throws {
    let arguments = try RegistryArguments.parse(["--creds", "me:hunter2"])
    try arguments.check(try sources(["docker://a.example/x", "A.example/y:1", "oci:/x"]))
    try arguments.check(try sources(["oci:/x", "dir:/y"]))
    for other in ["b.example/x", "a.example:5000/x", "docker://debian"] {
      let error = #expect(throws: Failure.self) {
        try arguments.check(try sources(["a.example/x", other]))
      }
      #expect(error?.code == .usage)
      #expect(error?.cause?.contains("a.example") == true)
      #expect(error?.description.contains("hunter2") == false)
    }
    let none = try RegistryArguments.parse([])
    try none.check(try sources(["a.example/x", "b.example/x"]))
    #expect(try none.options().credentials == nil)
    #expect(try arguments.options().credentials == .password(user: "me", password: "hunter2"))
  }

  @Test("let a repair show credentials to one registry only, and say so before it begins")
  func repair() async throws {
    let command = try ImportingFsckCommand.parse([
      "--store", "/nonexistent", "--creds", "me:hunter2", "--repair", "--from",
      "docker://a.example/x",
      "--from", "/nonexistent/store", "--from", "b.example/x",
    ])
    let error = await #expect(throws: Failure.self) { try await command.run() }
    #expect(error?.code == .usage)
    #expect(error?.sentence.contains("--creds") == true)
  }

  @Test("have a policy wherever images are used")
  func policy() throws {
    #expect(try RegistryArguments.parse(["--policy", "/p"]).use.options().policyFile == "/p")
    #expect(try RegistryArguments.parse(["--policy", "/p"]).options().policyFile == "/p")
    #expect(
      try CheckUpdateCommand.parse(["--policy", "/p", "a"]).registry.options().policyFile == "/p")
  }

  @Test("leave credentials out where the store names the registry")
  func checkUpdate() throws {
    for arguments in [["--creds", "me:hunter2", "a"], ["--creds=me", "a"]] {
      do {
        _ = try CheckUpdateCommand.parse(arguments)
        Issue.record("accepted: \(arguments)")
      } catch {
        #expect(CheckUpdateCommand.exitCode(for: error).rawValue == 64)
        let text = CheckUpdateCommand.message(for: error)
        #expect(text.contains("--authfile") && text.contains("firn login"))
        #expect(!text.contains("hunter2"))
      }
    }
    #expect(!CheckUpdateCommand.helpMessage().contains("--creds"))
    _ = try CheckUpdateCommand.parse(["--authfile", "/f", "a"])
  }

  @Test("limit what layers cost in every command that imports")
  func limits() throws {
    let words = ["--max-layer-size", "5M", "--max-ratio", "7"]
    let all = [
      try ImportCommand.parse(words + ["oci:/x"]).limits.limits,
      try ImportingFsckCommand.parse(words + ["--repair", "--from", "oci:/x"]).limits.limits,
    ]
    for limits in all {
      #expect(limits.maximumOutput == 5 << 20)
      #expect(limits.maximumRatio == 7)
    }
  }
}
