import Linux
import Testing

/// The bytes were written down from `struct lov_user_md_v1`, `lov_user_md_v3` and `lov_comp_md_v1`
/// in lustre/include/uapi/linux/lustre/lustre_user.h, for a machine with little-endian integers.
@Suite("A Lustre layout")
struct LustreLayoutTests {
  /// Magic, pattern, 16 bytes of object id, stripe size, stripe count, first target.
  static let packs: [UInt8] = [
    0xD0, 0x0B, 0xD1, 0x0B, 0x01, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x40, 0x00, 0x20, 0x00, 0xFF, 0xFF,
  ]
  static let wide: [UInt8] = [
    0xD0, 0x0B, 0xD1, 0x0B, 0x01, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x10, 0x00, 0xFF, 0xFF, 0xFF, 0xFF,
  ]
  /// The same and the name of a pool in 16 bytes.
  static let pooled: [UInt8] = [
    0xD0, 0x0B, 0xD3, 0x0B, 0x01, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x10, 0x00, 0x01, 0x00, 0x03, 0x00,
    0x66, 0x6C, 0x61, 0x73, 0x68, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
  ]
  /// Two components: magic, size 192, generation 7, flags, entries 2, mirrors beyond the first 1.
  static let composite: [UInt8] =
    [
      0xD0, 0x0B, 0xD6, 0x0B, 0xC0, 0x00, 0x00, 0x00,
      0x07, 0x00, 0x00, 0x00, 0x01, 0x00, 0x02, 0x00,
      0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    ] + [UInt8](repeating: 0, count: 160)

  static let cases: [(LustreLayout, [UInt8])] = [
    (LustreLayout(stripeSize: 4 << 20, stripeCount: 32), packs),
    (LustreLayout(stripeSize: 1 << 20, stripeCount: LustreLayout.allTargets), wide),
    (LustreLayout(stripeSize: 1 << 20, stripeCount: 1, firstTarget: 3, pool: "flash"), pooled),
  ]

  @Test("has the bytes of the published structure", arguments: cases)
  func encoding(layout: LustreLayout, bytes: [UInt8]) {
    #expect(layout.encoded == bytes)
  }

  @Test("is read from them", arguments: cases)
  func decoding(layout: LustreLayout, bytes: [UInt8]) {
    #expect(LustreAttribute(decoding: bytes) == .plain(layout))
  }

  @Test("of a file is read although its objects follow")
  func objects() {
    let bytes = Self.packs + [UInt8](repeating: 0xAB, count: 32 * 24)
    #expect(LustreAttribute(decoding: bytes) == .plain(Self.cases[0].0))
  }

  @Test("keeps the id that Lustre put in to itself")
  func objectID() {
    var bytes = Self.packs
    bytes.replaceSubrange(8..<24, with: [UInt8](1...16))
    #expect(LustreAttribute(decoding: bytes) == .plain(Self.cases[0].0))
  }

  @Test("of several components is reported")
  func composites() {
    let value = LustreAttribute(decoding: Self.composite)
    #expect(value == .composite(components: 2, mirrors: 2))
    #expect("\(value)" == "a composite layout of 2 components in 2 mirrors")
  }

  @Test("is not encoded when Lustre could not keep it")
  func refused() {
    #expect(LustreLayout(stripeSize: 65_537, stripeCount: 1).encoded == nil)
    #expect(LustreLayout(stripeSize: 4096, stripeCount: 1).encoded == nil)
    for pool in ["", "sixteen-letters-", "a\0b"] {
      #expect(LustreLayout(stripeSize: 65_536, stripeCount: 1, pool: pool).encoded == nil)
    }
    let longest = LustreLayout(stripeSize: 65_536, stripeCount: 1, pool: "fifteen-letters")
    #expect(longest.encoded?.count == 48)
    #expect(longest.encoded?.last == 0)
  }

  @Test("of any bytes is read without harm")
  func hostile() {
    for whole in [Self.packs, Self.pooled, Self.composite] {
      for count in 0..<whole.count {
        let value = LustreAttribute(decoding: Array(whole.prefix(count)))
        // A layout with a pool is not one without because the name is cut off.
        #expect(value == .malformed, "\(count) of \(whole.count) bytes")
      }
      for offset in whole.indices {
        for bit in 0..<8 {
          var bytes = whole
          bytes[offset] ^= 1 << bit
          _ = "\(LustreAttribute(decoding: bytes))"
        }
      }
    }
  }

  @Test("of a pool without an end, or with too many components, is none")
  func malformed() {
    var endless = Self.pooled
    endless.replaceSubrange(32..<48, with: [UInt8](repeating: 0x61, count: 16))
    #expect(LustreAttribute(decoding: endless) == .malformed)
    var many = Self.composite
    many[14] = 0xFF
    #expect(LustreAttribute(decoding: many) == .malformed)
    many = Self.composite
    many[4] = 0xC1
    #expect(LustreAttribute(decoding: many) == .malformed)
  }

  @Test("of another kind has its number", arguments: [0x0BD7_0BD0, 0xD00B_D10B, 0] as [UInt32])
  func unknown(magic: UInt32) {
    let bytes = withUnsafeBytes(of: magic) { Array($0) } + [UInt8](repeating: 0, count: 28)
    #expect(LustreAttribute(decoding: bytes) == .unknown(magic: magic))
  }

  @Test("is the same for its files whatever the pool and the first target")
  func sameStripes() {
    let layout = LustreLayout(stripeSize: 1 << 20, stripeCount: 4)
    var other = layout
    other.pool = "flash"
    other.firstTarget = 0
    #expect(layout.hasSameStripes(as: other))
    for change in [\LustreLayout.stripeSize, \.pattern] {
      other = layout
      other[keyPath: change] = 2 << 20
      #expect(!layout.hasSameStripes(as: other))
    }
    other = layout
    other.stripeCount = 5
    #expect(!layout.hasSameStripes(as: other))
  }

  @Test("can be read by people")
  func text() {
    #expect("\(Self.cases[0].0)" == "32 stripes of 4096 KiB")
    #expect("\(Self.cases[1].0)" == "a stripe on every target of 1024 KiB")
    #expect("\(Self.cases[2].0)" == "1 stripe of 1024 KiB in pool flash")
    let odd = LustreLayout(stripeSize: 0, stripeCount: 0, pattern: 0x100)
    #expect("\(odd)" == "the default number of stripes of the default size, pattern 0x100")
  }
}
