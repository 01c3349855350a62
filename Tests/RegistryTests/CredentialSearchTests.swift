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
