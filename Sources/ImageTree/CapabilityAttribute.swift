/// File capabilities as a view must show them (capabilities(7), "File capability extended
/// attribute versioning").
///
/// A version 2 attribute counts only for the user namespace a file system was mounted in, so the
/// kernel would ignore it for a rootless container. A version 3 attribute names the host's id of
/// the namespace's root, and counts there.
enum CapabilityAttribute {
  static let name = Array("security.capability".utf8)

  private static let revisionMask: UInt32 = 0xFF00_0000
  private static let revision2: UInt32 = 0x0200_0000
  private static let revision3: UInt32 = 0x0300_0000

  /// The attribute for a namespace whose root is that user of the host.
  ///
  /// What is no version 2 attribute is given back as it is.
  static func shifted(_ value: [UInt8], root: UInt32) -> [UInt8] {
    guard value.count == 20 else { return value }
    let magic = value[..<4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard magic & revisionMask == revision2 else { return value }
    let newMagic = magic & ~revisionMask | revision3
    return littleEndian(newMagic) + value[4...] + littleEndian(root)
  }

  private static func littleEndian(_ word: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
  }
}
