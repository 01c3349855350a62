internal import FileTree

/// The name of an extended attribute as SquashFS stores it: a number for the namespace, and the
/// rest of the name.
struct XattrName {
  private let namespace: UInt16
  private let rest: ArraySlice<UInt8>

  private static let namespaces: [(prefix: [UInt8], number: UInt16)] = [
    (Array("user.".utf8), 0), (Array("trusted.".utf8), 1), (Array("security.".utf8), 2),
  ]
  private static let valueElsewhere: UInt16 = 0x0100
  // The limits of Linux: XATTR_NAME_MAX and XATTR_SIZE_MAX.
  private static let longestName = 255
  private static let longestValue = 65_536

  /// Takes the name of an attribute apart, and checks the size of its value.
  ///
  /// - Throws: `notRepresentable` for another namespace, an empty rest, or too many bytes.
  init(_ attribute: ExtendedAttribute) throws(SquashFSError) {
    let name = attribute.name
    guard attribute.value.count <= Self.longestValue, name.count <= Self.longestName,
      !name.bytes.contains(0),
      let match = Self.namespaces.first(where: { name.bytes.starts(with: $0.prefix) }),
      name.count > match.prefix.count
    else {
      throw .notRepresentable(
        "the extended attribute '\(name)' with \(attribute.value.count) bytes of value")
    }
    namespace = match.number
    rest = name.bytes[match.prefix.count...]
  }

  /// The name as stored.
  func encoded(isValueElsewhere: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendLittleEndian(isValueElsewhere ? namespace | Self.valueElsewhere : namespace)
    bytes.appendLittleEndian(UInt16(rest.count))
    bytes.append(contentsOf: rest)
    return bytes
  }
}
