/// A name, path or link target: bytes that need not be UTF-8.
///
/// Ordered by bytes, which is the order SquashFS wants for directory entries.
public struct ByteString: Hashable, Sendable {
  /// The bytes, without a terminator.
  public var bytes: [UInt8]

  /// Makes a byte string from bytes.
  public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  /// Makes a byte string from the UTF-8 of a string.
  public init(_ string: String) { bytes = Array(string.utf8) }

  /// The number of bytes.
  public var count: Int { bytes.count }

  /// Whether there are no bytes.
  public var isEmpty: Bool { bytes.isEmpty }
}

extension ByteString {
  /// Hashes the bytes at once, which is several times faster than one after the other.
  public func hash(into hasher: inout Hasher) {
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    hasher.combine(bytes.count)
  }
}

extension ByteString: Comparable {
  /// Compares byte by byte, unsigned.
  public static func < (left: ByteString, right: ByteString) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

extension ByteString: ExpressibleByStringLiteral {
  /// Makes a byte string from the UTF-8 of a literal.
  public init(stringLiteral value: String) { self.init(value) }
}

extension ByteString: CustomStringConvertible {
  /// The bytes as text for people: what is not UTF-8 is shown as U+FFFD.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension ByteString {
  /// The parts between slashes of a cleaned path: no empty part, none for the root.
  public var components: [ByteString] {
    bytes.split(separator: UInt8(ascii: "/")).map { ByteString($0) }
  }

  /// This path with one more component; a component alone where this is the root's empty path.
  public func appending(_ component: ByteString) -> ByteString {
    guard !isEmpty else { return component }
    var joined: [UInt8] = []
    joined.reserveCapacity(count + 1 + component.count)
    joined += bytes
    joined.append(UInt8(ascii: "/"))
    joined += component.bytes
    return ByteString(joined)
  }
}
