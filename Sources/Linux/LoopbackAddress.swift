/// An address of this machine that no other machine can reach, with a port: `127.0.0.1:9100` or
/// `[::1]:9100`.
public struct LoopbackAddress: Hashable, Sendable, CustomStringConvertible {
  /// The family of an address.
  public enum Family: Hashable, Sendable {
    /// 127.0.0.1.
    case version4
    /// ::1.
    case version6
  }

  /// The family.
  public let family: Family
  /// The port; 0 for any that is free.
  public let port: UInt16

  /// Makes an address.
  public init(_ family: Family, port: UInt16) {
    self.family = family
    self.port = port
  }

  /// Reads an address of one of the two forms; nil for any other text.
  public init?(_ text: String) {
    let forms: [(prefix: String, Family)] = [("127.0.0.1:", .version4), ("[::1]:", .version6)]
    for (prefix, family) in forms where text.hasPrefix(prefix) {
      let digits = text.dropFirst(prefix.count)
      guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = UInt16(digits) else {
        return nil
      }
      self.init(family, port: port)
      return
    }
    return nil
  }

  /// The address in the form that it is read from.
  public var description: String {
    family == .version4 ? "127.0.0.1:\(port)" : "[::1]:\(port)"
  }
}
