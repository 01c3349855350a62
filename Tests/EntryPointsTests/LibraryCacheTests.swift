import ImageSamples
import Testing

@testable import EntryPoints

@Suite("The loader's cache")
struct LibraryCacheTests {
  private static func number(_ value: Int, _ size: Int = 4) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// A cache as ldconfig writes it.
  static func cache(
    _ libraries: [(name: String, path: String, capability: Int)]
  ) -> [UInt8] {
    let start = 48 + libraries.count * 24
    var texts: [UInt8] = []
    var bytes = Array("glibc-ld.so.cache1.1".utf8) + number(libraries.count)
    var entries: [UInt8] = []
    for library in libraries {
      entries += number(0x303) + number(start + texts.count)
      texts += Array(library.name.utf8) + [0]
      entries += number(start + texts.count) + number(0) + number(library.capability, 8)
      texts += Array(library.path.utf8) + [0]
    }
    bytes += number(texts.count) + [UInt8](repeating: 0, count: 20)
    return bytes + entries + texts
  }

  private let sample = LibraryCacheTests.cache([
    ("liba.so", "/v3/liba.so", 3), ("liba.so", "/lib/liba.so", 0), ("libb.so", "/x/libb.so", 0),
    ("liba.so", "/lib32/liba.so", 0),
  ])

  private func paths(_ bytes: [UInt8], _ name: String) -> [String] {
    LibraryCache(bytes).paths(of: Array(name.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("tells where a library is, for whatever machine, but not for particular processors")
  func places() {
    #expect(paths(sample, "liba.so") == ["/lib/liba.so", "/lib32/liba.so"])
    #expect(paths(sample, "libb.so") == ["/x/libb.so"])
    #expect(paths(sample, "libc.so").isEmpty)
  }

  @Test("is found behind the form for older loaders")
  func behindOld() {
    let old = Array("ld.so-1.7.0".utf8) + [0] + Self.number(3) + [UInt8](repeating: 9, count: 36)
    let padded = old + [UInt8](repeating: 0, count: (8 - old.count % 8) % 8)
    #expect(paths(padded + sample, "libb.so") == ["/x/libb.so"])
  }

  @Test("that is cut off or made up never traps, and says what is left")
  func hostile() {
    for count in 0..<sample.count { _ = paths(Array(sample.prefix(count)), "libb.so") }
    var bytes = sample
    for index in 20..<24 { bytes[index] = 0xFF }
    #expect(paths(bytes, "libb.so") == ["/x/libb.so"])
    for index in 48..<sample.count {
      bytes = sample
      bytes[index] = 0xFF
      _ = paths(bytes, "liba.so")
    }
    #expect(paths(Array("ld.so-1.7.0".utf8) + [0, 0xFF, 0xFF, 0xFF, 0xFF], "liba.so").isEmpty)
  }

  @Test("of this machine knows the C library")
  func real() throws {
    let bytes = try RealPrograms.bytes(of: "/etc/ld.so.cache")
    #expect(paths(bytes, "libc.so.6").contains { $0.hasSuffix("/libc.so.6") })
  }
}
