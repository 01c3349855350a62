import Testing

@testable import ImageTree

/// The numbers of linux/capability.h, written down once more: `struct vfs_ns_cap_data` is
/// `__le32 magic_etc; struct { __le32 permitted, inheritable; } data[2]; __le32 rootid;`.
@Suite("File capabilities")
struct CapabilityAttributeTests {
  private static let version1: UInt32 = 0x0100_0000
  private static let version2: UInt32 = 0x0200_0000
  private static let version3: UInt32 = 0x0300_0000
  private static let effective: UInt32 = 1

  private func bytes(_ words: [UInt32]) -> [UInt8] {
    words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  @Test("of version 2 become version 3 with the root's id, and keep all else")
  func rewritten() {
    let sets: [UInt32] = [0x2000, 0x400, 0x1f, 0x80]
    for flags in [0, Self.effective] {
      for root: UInt32 in [1, 1000, 100_000, .max - 1] {
        let shifted = CapabilityAttribute.shifted(
          bytes([Self.version2 | flags] + sets), root: root)
        #expect(shifted == bytes([Self.version3 | flags] + sets + [root]))
        #expect(shifted.count == 24, "XATTR_CAPS_SZ_3")
      }
    }
  }

  @Test("of other versions and sizes stay as they are")
  func untouched() {
    let words: [UInt32] = [7, 7, 7, 7]
    let values: [[UInt8]] = [
      [], [1], bytes([Self.version1, 7, 7]), bytes([Self.version3] + words + [1000]),
      bytes([Self.version1] + words), bytes([Self.version3] + words), bytes([0] + words),
      bytes([Self.version2] + words.dropLast()), bytes([Self.version2] + words) + [0],
    ]
    for value in values { #expect(CapabilityAttribute.shifted(value, root: 5) == value) }
  }

  @Test("are shifted once only")
  func once() {
    let value = bytes([Self.version2, 1, 2, 3, 4])
    let first = CapabilityAttribute.shifted(value, root: 1000)
    #expect(CapabilityAttribute.shifted(first, root: 2000) == first)
  }
}
