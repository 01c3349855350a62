extension Reference {
  /// Throws unless the parts are well formed, so that they may become parts of a URL as they are.
  static func check(
    host: String, path: String, tag: String?, of text: String
  ) throws(OCIError) {
    guard isWellFormed(host: host) else {
      throw .invalidName(text, reason: "'\(OCIError.shown(host))' is no host name")
    }
    guard !path.isEmpty, path.utf8.count <= 255 else {
      throw .invalidName(text, reason: "the repository's name has 1 to 255 characters")
    }
    let components = path.split(separator: "/", omittingEmptySubsequences: false)
    guard components.allSatisfy({ isWellFormed(component: Array($0.utf8)) }) else {
      throw .invalidName(
        text,
        reason: "a repository's name has lower-case letters and digits, with single '.', '_', "
          + "'__' or any number of '-' between them, and slashes")
    }
    if let tag, !isWellFormed(tag: tag) {
      throw .invalidName(
        text,
        reason: "a tag has 1 to 128 letters, digits, '_', '.' and '-', and begins with a "
          + "letter, digit or '_'")
    }
  }

  private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || isDigit(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isLowerOrDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }

  /// A component of a path: `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`.
  private static func isWellFormed(component: [UInt8]) -> Bool {
    guard let first = component.first, let last = component.last, isLowerOrDigit(first),
      isLowerOrDigit(last)
    else { return false }
    let separators = component.split(whereSeparator: isLowerOrDigit)
    return separators.allSatisfy { separator in
      separator.allSatisfy { $0 == UInt8(ascii: "-") }
        || [".", "_", "__"].contains { separator.elementsEqual($0.utf8) }
    }
  }

  /// A tag: `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`.
  static func isWellFormed(tag: String) -> Bool {
    let bytes = Array(tag.utf8)
    guard let first = bytes.first, bytes.count <= 128 else { return false }
    guard isAlphanumeric(first) || first == UInt8(ascii: "_") else { return false }
    return bytes.allSatisfy { isAlphanumeric($0) || "_.-".utf8.contains($0) }
  }

  /// A host name, IPv4 address or IPv6 address in brackets, and optionally a port.
  private static func isWellFormed(host: String) -> Bool {
    var name = Substring(host)
    if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
      let port = host[host.index(after: colon)...]
      guard let number = UInt16(port), number > 0, port.utf8.allSatisfy(isDigit) else {
        return false
      }
      name = host[..<colon]
    }
    if name.hasPrefix("["), name.hasSuffix("]") {
      let address = name.dropFirst().dropLast()
      return !address.isEmpty
        && address.utf8.allSatisfy {
          isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
        }
    }
    return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      guard let first = label.utf8.first, let last = label.utf8.last else { return false }
      return isAlphanumeric(first) && isAlphanumeric(last)
        && label.utf8.allSatisfy {
          isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
    }
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
  }
}
