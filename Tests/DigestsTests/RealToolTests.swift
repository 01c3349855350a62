import Digests
import Glibc
import Testing

@Suite("Digests against coreutils")
struct RealToolTests {
  @Test(
    "sha256sum and sha512sum agree on a real program",
    arguments: [("sha256sum", Digest.Algorithm.sha256), ("sha512sum", .sha512)])
  func coreutils(tool: String, algorithm: Digest.Algorithm) throws {
    let path = "/bin/ls"
    let pipe = try #require(popen("\(tool) \(path)", "r"))
    defer { pclose(pipe) }
    let line = try Self.readAll(pipe)
    let file = try #require(fopen(path, "r"))
    defer { fclose(file) }
    let content = try Self.readAll(file)
    #expect(content.count > 10_000)
    let expected = String(decoding: line.prefix(while: { $0 != UInt8(ascii: " ") }), as: UTF8.self)
    #expect(Digest.of(content.span.bytes, algorithm: algorithm).hex == expected)
  }

  private static func readAll(_ file: UnsafeMutablePointer<FILE>) throws -> [UInt8] {
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      guard count > 0 else { return result }
      result += buffer[..<count]
    }
  }
}
