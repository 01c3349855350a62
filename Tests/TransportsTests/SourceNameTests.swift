import Failures
import Registry
import SystemPackage
import Testing

@testable import Transports

@Suite("Names of sources")
struct SourceNameTests {
  @Test(
    "names are read as skopeo reads them",
    arguments: [
      ("docker://debian:12", "docker://docker.io/library/debian:12"),
      ("docker://quay.io/a/b", "docker://quay.io/a/b"), ("oci:/a/b", "oci:/a/b"),
      ("oci:dir:name:tag", "oci:dir:name:tag"), ("oci:./x:latest", "oci:./x:latest"),
      ("oci-archive:f.tar", "oci-archive:f.tar"),
      ("docker-archive:f.tar:a/b:c", "docker-archive:f.tar:a/b:c"),
      ("docker-archive:f.tar:@3", "docker-archive:f.tar:@3"), ("oci:dir:", "oci:dir"),
      ("dir:/a:b", "dir:/a:b"), ("containers-storage:a/b:c", "containers-storage:a/b:c"),
      ("containers-storage:[vfs@/r+/run]x", "containers-storage:[vfs@/r+/run]x"),
    ])
  func parses(text: String, written: String) throws {
    #expect(try SourceName(parsing: text).description == written)
  }

  @Test(
    "a reference without a transport must name its registry",
    arguments: [
      ("quay.io/a/b:c", "docker://quay.io/a/b:c"),
      ("localhost:5000/x", "docker://localhost:5000/x"),
      ("localhost/x:1", "docker://localhost/x:1"), ("[::1]:5000/x", "docker://[::1]:5000/x"),
    ])
  func bare(text: String, written: String) throws {
    #expect(try SourceName(parsing: text).description == written)
  }

  @Test(
    "short names are refused with the way out", arguments: ["debian", "debian:12", "a/b", "a/b:c"])
  func short(text: String) {
    let error = #expect(throws: TransportError.shortName(text)) { try SourceName(parsing: text) }
    #expect(error?.failure.nextStep?.contains("docker://\(text)") == true)
  }

  @Test(
    "a short name with an alias is what the alias says, also of a drop-in file",
    arguments: [
      ("tool:1", "docker://reg.example/team/tool:1"), ("a/b", "docker://reg.example/b"),
      ("quay.io/tool", "docker://quay.io/tool"), ("oci:tool", "oci:tool"),
      ("docker://tool", "docker://docker.io/library/tool"),
    ])
  func aliases(text: String, written: String) throws {
    let directory = try TemporaryDirectory()
    try shell(
      """
      cd '\(directory.path)'; mkdir -p containers/registries.conf.d
      printf '[aliases]\\n"tool" = "reg.example/team/tool"\\n' >containers/registries.conf
      printf '[aliases]\\n"a/b" = "reg.example/b"\\n' \
        >containers/registries.conf.d/shortnames.conf
      """)
    var options = RegistryOptions()
    options.systemDirectory = directory.path
    #expect(try SourceName(parsing: text, options: options).description == written)
    #expect(throws: TransportError.shortName("other")) {
      try SourceName(parsing: "other", options: options)
    }
    #expect(throws: TransportError.self) { try SourceName(parsing: "tool:-", options: options) }
  }

  @Test(
    "an unknown transport is named, with those that exist",
    arguments: [
      "docker-daemon:debian:12", "https://quay.io/a", "ocy:/path", "foo://bar", "sif:x",
    ])
  func unknown(text: String) {
    let error = #expect(throws: TransportError.unknownTransport(text)) {
      try SourceName(parsing: text)
    }
    for name in TransportName.allCases {
      #expect(error?.description.contains(name.form) == true)
    }
    #expect(error?.failure.code == .usage)
  }

  @Test(
    "names that lack something are refused",
    arguments: [
      "", "docker:", "docker:debian", "docker://", "oci:", "oci::name", "docker://Debian", "dir:",
      "docker://a@sha256:0",
    ])
  func malformed(text: String) {
    #expect(throws: TransportError.self) { try SourceName(parsing: text) }
  }

  @Test(
    "local names make repository names",
    arguments: [
      ("/a/My Image.tar", "localhost/my-image"), ("x", "localhost/x"), ("/", "localhost/image"),
      ("a__b--c.oci.tar", "localhost/a-b-c-oci"), ("é.tar", "localhost/image"),
    ])
  func localNames(path: String, expected: String) {
    #expect(LocalName.repository(for: .init(path)) == expected)
  }
}
