import Failures
import Linux
import Logging
import OCI
import SystemPackage
import Testing

@testable import Registry

@Suite("What logging in and out writes")
struct LoginFileTests {
  private let name: RegistryName

  init() throws { name = try RegistryName(parsing: "reg.example:5000") }

  private func withDirectory(_ body: (FilePath) async throws -> Void) async throws {
    let made = try ChildProcess(running: "mktemp", ["-d", "/tmp/firn-login.XXXXXX"])
    let directory = FilePath(made.output.filter { !$0.isNewline })
    defer { _ = try? ChildProcess(running: "rm", ["-rf", directory.string]) }
    try await body(directory)
  }

  private func file(_ path: FilePath) -> LoginFile {
    var options = RegistryOptions()
    options.authFile = path
    return LoginFile(options)
  }

  private func write(_ text: String, _ path: FilePath, mode: UInt32 = 0o644) throws {
    let file = try OwnedDescriptor(opening: path, [.writeOnly, .create], mode: mode)
    try file.writeAll(Array(text.utf8).span.bytes)
  }

  @Test("the file is the one that Podman writes")
  func place() {
    func path(_ environment: [String: String]) -> String {
      LoginFile(RegistryOptions(environment: environment)).path.string
    }
    #expect(path([:]) == "/run/containers/\(effectiveUser())/auth.json")
    #expect(path(["XDG_RUNTIME_DIR": "/x"]) == "/x/containers/auth.json")
    #expect(path(["XDG_RUNTIME_DIR": "", "REGISTRY_AUTH_FILE": ""]) == path([:]))
    #expect(path(["XDG_RUNTIME_DIR": "/x", "REGISTRY_AUTH_FILE": "/r"]) == "/r")
    #expect(file("/a").path == "/a")
  }

  @Test("credentials are found again, in a file for its owner alone in a directory that is made")
  func roundTrip() async throws {
    try await withDirectory { directory in
      let path = directory.appending("a/b/auth.json")
      let place = try await file(path).store(user: "me", password: "p:w", for: name)
      #expect(place == path.string)
      #expect(try FileStatus(of: path).mode == 0o600)
      #expect(try FileStatus(of: directory.appending("a/b")).mode == 0o700)
      #expect(try Paths.list(directory.appending("a/b")) == ["auth.json"])
      var options = RegistryOptions()
      options.authFile = path
      let found = try await CredentialSearch(options: options, logger: Logger(label: "test"))
        .credentials(host: "reg.example:5000", path: "any/thing")
      #expect(found?.credentials == .password(user: "me", password: "p:w"))
    }
  }

  @Test("everything else in the file stays, and a file that others could read becomes private")
  func otherMembers() async throws {
    try await withDirectory { directory in
      let path = directory.appending("auth.json")
      try write(
        #"{"auths":{"other":{"auth":"eDp5"}},"HttpHeaders":{"a":"b"},"psFormat":1.50}"#, path)
      _ = try await file(path).store(user: "me", password: "x", for: name)
      _ = try await file(path).store(user: "me", password: "y", for: name)
      #expect(try FileStatus(of: path).mode == 0o600)
      let json = try JSONValue(parsing: try readBytes(path))
      #expect(json["auths"]?.object?.keys.sorted() == ["other", "reg.example:5000"])
      #expect(json["auths"]?["reg.example:5000"] == ["auth": "bWU6eQ=="])
      #expect(json["auths"]?["other"] == ["auth": "eDp5"])
      #expect(json["HttpHeaders"] == ["a": "b"] && json.description.contains("1.50"))
      try await file(path).remove(name)
      let left = try JSONValue(parsing: try readBytes(path))
      #expect(left["auths"]?.object?.keys.sorted() == ["other"])
      try file(path).removeAll()
      #expect(try JSONValue(parsing: try readBytes(path))["auths"] == .object([:]))
    }
  }

  @Test("Docker Hub has one entry, under whatever name it was there before")
  func dockerHub() async throws {
    try await withDirectory { directory in
      let path = directory.appending("auth.json")
      try write(#"{"auths":{"https://index.docker.io/v1/":{"auth":"eDp5"}}}"#, path)
      let hub = try RegistryName(parsing: "docker.io")
      _ = try await file(path).store(user: "me", password: "y", for: hub)
      let json = try JSONValue(parsing: try readBytes(path))
      #expect(json["auths"]?.object?.keys.sorted() == ["docker.io"])
    }
  }

  @Test("a symbolic link stays one")
  func link() async throws {
    try await withDirectory { directory in
      let (path, target) = (directory.appending("auth.json"), directory.appending("real"))
      try write("{}", target)
      try Paths.symbolicLink(path, pointingTo: "real")
      _ = try await file(path).store(user: "me", password: "y", for: name)
      #expect(try FileStatus(of: path, followingLinks: false).kind == .symbolicLink)
      #expect(try readText(target).contains("reg.example:5000"))
    }
  }

  @Test("logging out of what nobody logged in to is an error, and of everything is not")
  func nothing() async throws {
    try await withDirectory { directory in
      let path = directory.appending("auth.json")
      let missing = RegistryError.notLoggedIn(registry: "reg.example:5000", file: path.string)
      await #expect(throws: missing) { try await file(path).remove(name) }
      try file(path).removeAll()
      #expect(!Paths.exists(path))
      try write("", path)
      await #expect(throws: missing) { try await file(path).remove(name) }
    }
  }

  @Test("what cannot be read is found before anybody types a password")
  func check() async throws {
    try await withDirectory { directory in
      try file(directory.appending("auth.json")).check()
      let error = #expect(throws: RegistryError.self) { try file(directory).check() }
      #expect(error?.failure.code == .configuration)
      #expect(error?.failure.description.contains("it is a directory") == true)
    }
  }

  @Test("a file that is not JSON is left as it is")
  func broken() async throws {
    try await withDirectory { directory in
      let path = directory.appending("auth.json")
      try write("hunter2 {", path)
      let error = await #expect(throws: RegistryError.self) {
        try await file(path).store(user: "me", password: "y", for: name)
      }
      #expect(error?.failure.code == .configuration)
      #expect(error?.description.contains("hunter2") == false)
      #expect(try readText(path) == "hunter2 {")
    }
  }

  @Test("what cannot be written leaves nothing behind")
  func unwritable() async throws {
    try await withDirectory { directory in
      let path = directory.appending("auth.json")
      try Paths.makeDirectory(path)
      await #expect(throws: RegistryError.self) {
        try await file(path).store(user: "me", password: "y", for: name)
      }
      #expect(try Paths.list(directory) == ["auth.json"])
    }
  }

  @Test("who may not write where credentials go by default is told where else they can go")
  func noPlace() {
    let denied = SystemError("mkdir", "/run/containers", .permissionDenied)
    let error = LoginFile(RegistryOptions()).unwritable(denied)
    #expect(error.failure.code == .permissionDenied)
    #expect(error.failure.nextStep?.contains("XDG_RUNTIME_DIR") == true)
    #expect(error.failure.nextStep?.contains("--authfile") == true)
    #expect(file("/a").unwritable(denied) == .system(denied))
    let full = SystemError("write", "/run/containers", .noSpace)
    #expect(LoginFile(RegistryOptions()).unwritable(full) == .system(full))
  }

  @Test(
    "a file whose members are no objects is left as it is",
    arguments: [#"{"auths":[]}"#, "[]"])
  func wrongKind(text: String) async throws {
    try await withDirectory { directory in
      let path = directory.appending("auth.json")
      try write(text, path)
      let error = await #expect(throws: RegistryError.self) {
        try await file(path).store(user: "me", password: "y", for: name)
      }
      #expect(error?.failure.code == .configuration)
      #expect(try readText(path) == text)
    }
  }

  @Test("a helper that the file names for the registry is asked to keep them instead")
  func helper() async throws {
    try await withDirectory { directory in
      let path = directory.appending("auth.json")
      try write(#"{"credHelpers":{"reg.example:5000":"firn-has-no-such"}}"#, path)
      let error = await #expect(throws: RegistryError.self) {
        try await file(path).store(user: "me", password: "hunter2", for: name)
      }
      guard case .credentialHelper("docker-credential-firn-has-no-such", _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(try readText(path).contains("auths") == false)
    }
  }
}
