/// An IP address as its bytes: four of version 4, or sixteen of version 6.
///
/// An address of version 4 that is written in the form of version 6 (`::ffff:192.0.2.1`) is of
/// version 4.
struct InternetAddress: Hashable, Sendable {
  let bytes: [UInt8]

  /// Reads an address (RFC 4291, section 2.2), in brackets or not; nil for anything else.
  init?(parsing text: some StringProtocol) {
    var body = text[...]
    if body.hasPrefix("["), body.hasSuffix("]") { body = body.dropFirst().dropLast() }
    let plain = String(body)
    if let bytes = Self.version4(plain) {
      self.bytes = bytes
    } else if let bytes = Self.version6(plain) {
      self.bytes = Self.unmapped(bytes)
    } else {
      return nil
    }
  }

  /// Takes four or sixteen bytes; nil for any other number.
  init?(bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = Self.unmapped(bytes)
  }

  /// The address of version 4 that one of version 6 stands for, or the address itself.
  private static func unmapped(_ bytes: [UInt8]) -> [UInt8] {
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    return bytes.count == 16 && bytes.starts(with: mapped) ? Array(bytes.dropFirst(12)) : bytes
  }

  /// Whether it is an address of this machine itself.
  var isLoopback: Bool {
    bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
  }

  private static func version4(_ text: String) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let bytes = parts.compactMap { part in
      part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt8(part) : nil
    }
    return parts.count == 4 && bytes.count == 4 ? bytes : nil
  }

  private static func version6(_ text: String) -> [UInt8]? {
    guard text.contains(":") else { return nil }
    guard let gap = text.firstRange(of: "::") else {
      let bytes = groups(text[...])
      return bytes?.count == 16 ? bytes : nil
    }
    guard let head = groups(text[..<gap.lowerBound]), let tail = groups(text[gap.upperBound...]),
      head.count + tail.count <= 14
    else { return nil }
    return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
  }

  /// The bytes of groups between colons, the last of which may be an address of version 4.
  private static func groups(_ text: Substring) -> [UInt8]? {
    if text.isEmpty { return [] }
    var bytes: [UInt8] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if index == parts.count - 1, let last = version4(String(part)) {
        bytes += last
      } else if part.utf8.count <= 4, !part.hasPrefix("+"), let group = UInt16(part, radix: 16) {
        bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
      } else {
        return nil
      }
    }
    return bytes
  }
}

/// A network as an address and how many of its bits count (RFC 4632): `10.0.0.0/8`.
struct InternetNetwork: Hashable, Sendable {
  private let address: InternetAddress
  private let length: Int

  /// Reads `ADDRESS/BITS`; nil for anything else.
  init?(parsing text: String) {
    guard let slash = text.lastIndex(of: "/"),
      let address = InternetAddress(parsing: text[..<slash]),
      let length = UInt8(text[text.index(after: slash)...]),
      Int(length) <= address.bytes.count * 8
    else { return nil }
    self.address = address
    self.length = Int(length)
  }

  /// Whether an address lies in the network.
  func contains(_ other: InternetAddress) -> Bool {
    guard other.bytes.count == address.bytes.count else { return false }
    let whole = length / 8
    guard other.bytes.prefix(whole) == address.bytes.prefix(whole) else { return false }
    let bits = length % 8
    guard bits > 0 else { return true }
    return (other.bytes[whole] ^ address.bytes[whole]) >> UInt8(8 - bits) == 0
  }
}
