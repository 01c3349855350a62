import Failures
import Linux
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
    "a transport that was mistyped, or is another tool's, is answered with what to write",
    arguments: [
      ("oci-archve:image.tar", "oci-archive:image.tar"),
      ("docker-archiev:a/b.tar:x", "docker-archive:a/b.tar:x"),
      ("container-storage:localhost/a", "containers-storage:localhost/a"),
      ("ocy:/path", "oci:/path"), ("dokcer://quay.io/a", "docker://quay.io/a"),
      ("https://quay.io/a:1", "docker://quay.io/a:1"),
      ("http://localhost:5000/a", "docker://localhost:5000/a"),
      ("docker-daemon:debian:12", "docker-archive:FILE"),
    ])
  func mistyped(text: String, meant: String) {
    let error = #expect(throws: TransportError.unknownTransport(text)) {
      try SourceName(parsing: text)
    }
    #expect(error?.failure.nextStep?.contains(meant) == true)
  }

  @Test("a path without a transport is answered with those that fit what is there")
  func paths() throws {
    let directory = try TemporaryDirectory()
    let file = directory.file("image.tar").string
    try shell("touch '\(file)'")
    for (text, isDirectory, steps) in [
      (file, false, ["oci-archive:\(file)", "docker-archive:\(file)"]),
      (directory.path.string, true, ["oci:\(directory.path)", "dir:\(directory.path)"]),
      ("/nonexistent/x", nil, ["oci-archive:/nonexistent/x", "spelling"]),
      ("./nonexistent", nil, ["dir:./nonexistent"]),
      // Seen from the directory that tests run in, which is that of the package.
      ("../nonexistent/x", nil, ["oci:../nonexistent/x"]),
    ] as [(String, Bool?, [String])] {
      let error = #expect(throws: TransportError.path(text, isDirectory: isDirectory)) {
        try SourceName(parsing: text, options: RegistryOptions())
      }
      #expect(error?.failure.code == .usage)
      for step in steps { #expect(error?.failure.nextStep?.contains(step) == true, "\(step)") }
    }
  }

  @Test("a short name that is a file here is taken for one where no alias says otherwise")
  func shortPath() throws {
    // Tests may run in any directory, but hardly in an empty one.
    let name = try #require(try Paths.list(".").first { !$0.contains(":") && !$0.hasPrefix(".") })
    let isDirectory = try FileStatus(of: FilePath(name)).kind == .directory
    var options = RegistryOptions()
    options.systemDirectory = "/nonexistent"
    #expect(throws: TransportError.path(name, isDirectory: isDirectory)) {
      try SourceName(parsing: name, options: options)
    }
    #expect(throws: TransportError.shortName(name)) { try SourceName(parsing: name) }
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
