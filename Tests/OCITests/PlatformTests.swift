import OCI
import Testing

@Suite("Platforms")
struct PlatformTests {
  @Test(
    "platforms are read and written",
    arguments: [
      ("linux/amd64", "linux/amd64"), ("linux/arm/v7", "linux/arm/v7"),
      ("Linux/x86_64", "linux/amd64"), ("linux/aarch64", "linux/arm64"),
    ])
  func parses(text: String, written: String) throws {
    #expect(try Platform(parsing: text).description == written)
  }

  @Test(
    "what is no platform is refused",
    arguments: [
      "", "linux", "linux/", "/amd64", "linux/arm/", "a/b/c/d", "linux/ar m", "linux/é",
    ])
  func refuses(text: String) {
    #expect(throws: OCIError.self) { try Platform(parsing: text) }
  }

  @Test(
    "the variant counts only when it is asked for",
    arguments: [
      ("linux/arm", "linux/arm/v6", true), ("linux/arm/v6", "linux/arm/v6", true),
      ("linux/arm/v7", "linux/arm/v6", false), ("linux/arm64/v8", "linux/arm64", true),
      ("linux/arm64", "linux/arm64/v8", true), ("linux/amd64/v3", "linux/amd64", false),
      ("linux/amd64/v1", "linux/amd64", true), ("linux/amd64", "linux/arm64", false),
      ("linux/amd64", "windows/amd64", false), ("linux/arm/v7", "linux/arm", true),
    ])
  func accepts(wanted: String, offered: String, expected: Bool) throws {
    let wanted = try Platform(parsing: wanted)
    #expect(wanted.accepts(try Platform(parsing: offered)) == expected)
  }

  @Test("this machine's platform never has a variant")
  func host() {
    #expect(Platform.host.os == "linux")
    #expect(Platform.host.variant == nil)
  }
}
