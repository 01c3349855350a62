import Failures
import Linux
import SystemPackage
import Testing

@testable import Registry

@Suite("Certificates")
struct TrustSettingsTests {
  /// Runs a body with a directory that holds empty files of these names.
  private func withFiles(
    _ names: [String], _ body: (FilePath) throws -> Void
  ) throws {
    let made = try ChildProcess(running: "mktemp", ["-d", "/tmp/firn-certs.XXXXXX"])
    let directory = FilePath(made.output.filter { !$0.isNewline })
    defer { _ = try? ChildProcess(running: "rm", ["-rf", directory.string]) }
    for name in names {
      let path = directory.appending(name)
      _ = try ChildProcess(
        running: "mkdir", ["-p", path.removingLastComponent().string])
      _ = try OwnedDescriptor(opening: path, [.writeOnly, .create])
    }
    try body(directory)
  }

  private func options(_ change: (inout RegistryOptions) -> Void) -> RegistryOptions {
    var options = RegistryOptions()
    options.systemDirectory = "/nonexistent"
    change(&options)
    return options
  }

  @Test("authorities end in .crt, a client certificate is a pair of .cert and .key")
  func directory() throws {
    try withFiles(["b.crt", "a.crt", "me.cert", "me.key", "you.key", "x.pem"]) { directory in
      let trust = try TrustSettings(
        for: "h:1", verifies: true, options: options { $0.certificateDirectory = directory })
      #expect(trust.authorities == ["a.crt", "b.crt"].map { directory.appending($0) })
      #expect(trust.clientCertificate?.certificate == directory.appending("me.cert"))
      #expect(trust.clientCertificate?.key == directory.appending("me.key"))
      #expect(trust.verifies)
    }
  }

  @Test("a certificate without its key, and a directory that is not there, are errors")
  func broken() throws {
    try withFiles(["me.cert"]) { directory in
      #expect(throws: RegistryError.self) {
        try TrustSettings(
          for: "h", verifies: true, options: options { $0.certificateDirectory = directory })
      }
    }
    for (path, reason) in [
      ("/nonexistent", "it is not there"),
      ("/etc/hostname", "a part of the path is a file where a directory is wanted"),
    ] {
      let error = #expect(throws: RegistryError.self) {
        try TrustSettings(
          for: "h", verifies: true,
          options: options { $0.certificateDirectory = FilePath(path) })
      }
      #expect(error == .configuration(file: path, reason: reason))
    }
  }

  @Test("of the directories named after host and port the user's comes first, and only it counts")
  func order() throws {
    let names = [
      ".config/containers/certs.d/h:1/user.crt", "containers/certs.d/h:1/system.crt",
      "containers/certs.d/h:2/system.crt", "docker/certs.d/h:2/docker.crt",
      "docker/certs.d/h:3/docker.crt",
    ]
    try withFiles(names) { directory in
      let options = options {
        $0.environment["HOME"] = directory.string
        $0.systemDirectory = directory
      }
      for (host, expected) in [
        ("h:1", ["user.crt"]), ("h:2", ["system.crt"]), ("h:3", ["docker.crt"]), ("h:4", []),
      ] {
        let trust = try TrustSettings(for: host, verifies: true, options: options)
        #expect(trust.authorities.map { $0.lastComponent?.string } == expected, "\(host)")
      }
    }
  }
}
