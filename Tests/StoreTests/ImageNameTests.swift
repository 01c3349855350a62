import Testing

@testable import Store

@Suite("An image's name")
struct ImageNameTests {
  @Test(
    "may be a reference or a bare word",
    arguments: [
      "debian", "debian:12", "docker.io/library/debian:12", "localhost:5000/a/b_c:v1.0-rc+1",
      "A", "beef", String(repeating: "x", count: 255),
    ])
  func allowed(_ name: String) throws { try ImageName.validate(name) }

  @Test(
    "may be nothing that a path, an option, an id or a digest could be mistaken for",
    arguments: [
      "", " ", "a b", "-a", ".", "..", "a/../b", "/a", "a/", "a//b", ".hidden", "a/-b", "a@b",
      "a\nb", "a\0b", "ä", "sha256:abc", String(repeating: "a", count: 64),
      String(repeating: "x", count: 256), "a/.wh.b",
    ])
  func refused(_ name: String) {
    #expect(throws: StoreError.self) { try ImageName.validate(name) }
  }
}
