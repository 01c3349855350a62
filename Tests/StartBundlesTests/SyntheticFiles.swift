import StartBundles
import SystemPackage

/// Files whose bytes are computed: half of them compress well, half do not at all.
struct SyntheticFiles: PageSource {
  let sizes: [UInt32: UInt64]
  var failing: Set<UInt32> = []

  func size(of inode: UInt32) -> UInt64? { sizes[inode] }

  static func byte(_ inode: UInt32, _ position: UInt64) -> UInt8 {
    guard inode % 2 == 0 else { return UInt8(truncatingIfNeeded: position / 4096) }
    var word = (UInt64(inode) << 40 ^ position) &* 0x9E37_79B9_7F4A_7C15
    word = (word ^ word >> 29) &* 0xBF58_476D_1CE4_E5B9
    return UInt8(truncatingIfNeeded: word >> 33)
  }

  func bytes(of inode: UInt32, _ range: Range<UInt64>) throws(Errno) -> [UInt8] {
    guard !failing.contains(inode), range.upperBound <= sizes[inode] ?? 0 else { throw .ioError }
    return range.map { Self.byte(inode, $0) }
  }

  func paths(of inodes: Set<UInt32>) throws(Errno) -> [UInt32: [UInt8]] {
    Dictionary(uniqueKeysWithValues: inodes.map { ($0, Array("files/\($0)".utf8)) })
  }
}
