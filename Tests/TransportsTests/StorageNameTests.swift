import Digests
import Failures
import SystemPackage
import Testing

@testable import Transports

@Suite("Names in a storage")
struct StorageNameTests {
  @Test(
    "a place in brackets may have a driver, a run root and options",
    arguments: [
      ("[/r]a", nil, "/r"), ("[/r+/run]a", nil, "/r"), ("[overlay@/r]a", "overlay", "/r"),
      ("[vfs@/r+/run]a", "vfs", "/r"), ("[overlay@/r+/run:overlay.x=y,z]a", "overlay", "/r"),
      ("a", nil, nil),
    ] as [(String, String?, String?)])
  func places(text: String, driver: String?, root: String?) throws {
    let name = try StorageName(parsing: text)
    #expect(name.driver == driver)
    #expect(name.root == root.map { FilePath($0) })
    #expect(name.text == text)
    #expect(name.choice == .names(["localhost/a:latest", "docker.io/library/a:latest"]))
  }

  @Test(
    "an image is chosen by name, digest or id",
    arguments: [
      ("a:1", .names(["localhost/a:1", "docker.io/library/a:1"])),
      ("t/a", .names(["localhost/t/a:latest", "docker.io/t/a:latest"])),
      ("quay.io/a/b:c", .names(["quay.io/a/b:c"])), ("localhost/a", .names(["localhost/a:latest"])),
      ("@abc", .id("abc")), ("[/r]@0123456789abcdef", .id("0123456789abcdef")),
      (
        "quay.io/a@\(StorageNameTests.digest)",
        .digest(StorageNameTests.digest, repositories: ["quay.io/a"])
      ),
      (
        "a:1@\(StorageNameTests.digest)",
        .digest(StorageNameTests.digest, repositories: ["localhost/a", "docker.io/library/a"])
      ),
    ] as [(String, StorageName.Choice)])
  func choices(text: String, choice: StorageName.Choice) throws {
    #expect(try StorageName(parsing: text).choice == choice)
  }

  private static let digest = Digest.of([UInt8](repeating: 1, count: 3).span.bytes)

  @Test(
    "what cannot be understood is refused with a reason",
    arguments: [
      ("", "missing"), ("[/r]", "missing"), ("[/r", "not closed"), ("[]a", "begin with '/'"),
      ("[r]a", "begin with '/'"), ("[@/r]a", "driver is missing"),
      ("[btrfs@/r]a", "overlay and vfs"),
      ("[overlay@]a", "begin with '/'"), ("@", "digits"), ("@ab", "digits"), ("@xyz", "digits"),
      ("a@abc", ""), ("A", ""), ("a@sha256:0", ""),
    ])
  func malformed(text: String, reason: String) {
    let error = #expect(throws: TransportError.self) { try StorageName(parsing: text) }
    #expect(error?.failure.code == .usage)
    #expect(reason.isEmpty || "\(error.map(\.description) ?? "")".contains(reason))
  }
}
