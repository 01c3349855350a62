/// Where `ldconfig` found libraries: `/etc/ld.so.cache` in the form that glibc has had since 2.2.
struct LibraryCache {
  private static let magic = Array("glibc-ld.so.cache1.1".utf8)
  private static let oldMagic = Array("ld.so-1.7.0".utf8)
  private static let headerSize = 48
  private static let entrySize = 24
  private static let mostEntries = 1 << 14
  /// How large a cache may be.
  static let sizeLimit: UInt64 = 4 << 20

  private var paths: [[UInt8]: [[UInt8]]] = [:]

  /// Reads a cache; what makes no sense is left out.
  init(_ bytes: [UInt8]) {
    let start = Self.start(bytes)
    let all = LittleEndianBytes(bytes)
    guard start >= 0, start <= bytes.count,
      bytes[start...].starts(with: Self.magic),
      let count = all.integer(UInt32.self, at: start + 20)
    else { return }
    let room = max(0, bytes.count - start - Self.headerSize) / Self.entrySize
    for index in 0..<min(Int(count), room, Self.mostEntries) {
      let entry = start + Self.headerSize + index * Self.entrySize
      // Libraries for particular processors are left to those who know the processor.
      guard let name = all.integer(UInt32.self, at: entry + 4),
        let path = all.integer(UInt32.self, at: entry + 8),
        all.integer(UInt64.self, at: entry + 16) == 0,
        let key = Self.text(bytes, start + Int(name)),
        let value = Self.text(bytes, start + Int(path))
      else { continue }
      paths[key, default: []].append(value)
    }
  }

  /// Where the form begins: older programs find another one before it.
  private static func start(_ bytes: [UInt8]) -> Int {
    guard bytes.starts(with: oldMagic),
      let count = LittleEndianBytes(bytes).integer(UInt32.self, at: 12)
    else { return 0 }
    return (16 + Int(count) * 12 + 7) & ~7
  }

  private static func text(_ bytes: [UInt8], _ start: Int) -> [UInt8]? {
    guard start < bytes.count else { return nil }
    let limited = bytes[start..<min(bytes.count, start + 4097)]
    guard let end = limited.firstIndex(of: 0), end > start else { return nil }
    return Array(limited[..<end])
  }

  /// The paths of a library, for whatever machines.
  func paths(of name: [UInt8]) -> [[UInt8]] { paths[name] ?? [] }
}
