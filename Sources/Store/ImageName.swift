/// What may be the name of an image (firn-store(5), "Names").
public enum ImageName {
  /// The most bytes of a name.
  public static let mostBytes = 255

  /// Throws `invalidName` unless the text may be an image's name.
  public static func validate(_ name: String) throws(StoreError) {
    if let objection = objection(to: name) { throw .invalidName(name, objection) }
  }

  /// Whether the text may be an image's name.
  public static func isValid(_ name: String) -> Bool { objection(to: name) == nil }

  /// Why a text cannot be a name; nil when it can.
  static func objection(to name: String) -> String? {
    if name.isEmpty { return "it is empty" }
    if name.utf8.count > mostBytes { return "it is longer than \(mostBytes) bytes" }
    guard name.utf8.allSatisfy(isAllowed) else {
      return "it has other characters than letters, digits and . _ - + : /"
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    for part in parts {
      guard let first = part.utf8.first else { return "it has an empty part between slashes" }
      guard isAlphanumeric(first) else { return "a part does not begin with a letter or digit" }
    }
    if name.utf8.count == 64, name.utf8.allSatisfy(isHexadecimal) { return "it looks like an id" }
    if name.hasPrefix("sha256:") || name.hasPrefix("sha512:") { return "it looks like a digest" }
    return nil
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || "._-+:/".utf8.contains(byte)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: false
    }
  }

  /// Whether a byte is a lower-case hexadecimal digit.
  static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
    default: false
    }
  }
}
