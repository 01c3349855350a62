import Failures
import Linux
import Logging
import SystemPackage
import Testing

@testable import Registry

@Suite("Where credentials are looked for")
struct CredentialSearchTests {
  private func files(_ environment: [String: String], authFile: FilePath? = nil) -> [String] {
    var options = RegistryOptions(environment: environment)
    options.authFile = authFile
    return CredentialSearch(options: options, logger: Logger(label: "test")).files
      .map { $0.path.string + ($0.isRequired ? "!" : "") }
  }

  @Test("the files come in the order of containers-auth.json(5)")
  func order() {
    let uid = effectiveUser()
    #expect(files([:]) == ["/run/containers/\(uid)/auth.json"])
    #expect(
      files(["HOME": "/h"]) == [
        "/run/containers/\(uid)/auth.json", "/h/.config/containers/auth.json",
        "/h/.docker/config.json",
      ])
    #expect(
      files([
        "REGISTRY_AUTH_FILE": "/r", "DOCKER_CONFIG": "/d", "XDG_RUNTIME_DIR": "/x",
        "XDG_CONFIG_HOME": "/c", "HOME": "/h",
      ]) == [
        "/r!", "/d/config.json", "/x/containers/auth.json", "/c/containers/auth.json",
        "/h/.docker/config.json",
      ])
    #expect(
      files(["REGISTRY_AUTH_FILE": "", "XDG_RUNTIME_DIR": "/x"]) == ["/x/containers/auth.json"])
    #expect(
      files([
        "DOCKER_CONFIG": "", "XDG_RUNTIME_DIR": "", "XDG_CONFIG_HOME": "", "HOME": "/h",
      ]) == files(["HOME": "/h"]))
  }

  @Test("--authfile is the only file")
  func explicit() {
    #expect(files(["HOME": "/h", "REGISTRY_AUTH_FILE": "/r"], authFile: "/a") == ["/a!"])
  }

  @Test("--creds comes before every file")
  func given() async throws {
    var options = RegistryOptions()
    options.credentials = .identityToken("t")
    options.authFile = "/nonexistent"
    let search = CredentialSearch(options: options, logger: Logger(label: "test"))
    let found = try await search.credentials(host: "h", path: "p")
    #expect(found?.credentials == .identityToken("t"))
    #expect(found?.source == "the command line")
  }

  @Test("an entry that cannot be read is told with its file, and so is a wrong kind of file")
  func broken() async throws {
    let made = try ChildProcess(running: "mktemp", ["/tmp/firn-auth.XXXXXX"])
    let path = FilePath(made.output.filter { !$0.isNewline })
    defer { _ = try? ChildProcess(running: "rm", ["-f", path.string]) }
    var options = RegistryOptions()
    options.authFile = path
    for text in [#"{"auths":{"h":{"auth":"c2VjcmV0"}}}"#, #"{"auths":[]}"#, "[]", "{"] {
      try OwnedDescriptor(opening: path, [.writeOnly, .truncate])
        .writeAll(Array(text.utf8).span.bytes)
      let search = CredentialSearch(options: options, logger: Logger(label: "test"))
      let error = await #expect(throws: RegistryError.self) {
        try await search.credentials(host: "h", path: "p")
      }
      #expect(error?.failure.code == .configuration)
      #expect(error?.failure.sentence.contains(path.string) == true, "\(text)")
    }
  }

  @Test("a file that was named must be there and be JSON")
  func required() async throws {
    var options = RegistryOptions()
    for file in ["/nonexistent", "/etc/hostname", "/etc", "/etc/hostname/x", ""] {
      options.authFile = FilePath(file)
      let search = CredentialSearch(options: options, logger: Logger(label: "test"))
      let error = await #expect(throws: RegistryError.self) {
        try await search.credentials(host: "h", path: "p")
      }
      #expect(error?.failure.code == .configuration, "\(file)")
      #expect(error?.failure.sentence == "\(file.isEmpty ? "''" : file) cannot be used")
    }
  }
}
