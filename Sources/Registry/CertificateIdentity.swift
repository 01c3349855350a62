internal import NIOCore
internal import NIOSSL

/// Says whether a certificate is for the host that was asked for (RFC 9525).
///
/// The TLS library also takes a certificate that names the address connected to, which a name was
/// only looked up to be, and the common name. Here a name must be named by a DNS name and an
/// address by an address, both alternative names of the subject.
enum CertificateIdentity {
  /// A certificate that names others.
  struct Mismatch: Error, CustomStringConvertible {
    let host: String
    var description: String { "it is not for \(host)" }
  }

  /// Whether alternative names include a host; an IPv6 address may be in brackets.
  static func covers(
    _ host: String, names: [String], addresses: [[UInt8]]
  ) -> Bool {
    if let address = InternetAddress(parsing: host) {
      return addresses.contains { InternetAddress(bytes: $0) == address }
    }
    return names.contains { matches(host, pattern: $0) }
  }

  /// Whether a DNS name, whose leftmost label may be `*`, is that of a host.
  static func matches(_ host: String, pattern: String) -> Bool {
    let (host, pattern) = (labels(of: host), labels(of: pattern))
    guard let first = pattern.first, host.count == pattern.count, !host.contains("") else {
      return false
    }
    guard first == "*" else { return host == pattern }
    return pattern.count > 1 && host.dropFirst() == pattern.dropFirst()
  }

  private static func labels(of name: String) -> [Substring] {
    let name = name.lowercased()
    let body = name.hasSuffix(".") ? name.dropLast() : name[...]
    return body.split(separator: ".", omittingEmptySubsequences: false)
  }

  /// Fails, and closes the connection, unless the certificate shown on it is for a host.
  @Sendable static func check(_ channel: any Channel, host: String) -> EventLoopFuture<Void> {
    channel.nioSSL_peerCertificate().flatMapThrowing { certificate in
      guard let certificate, covers(host, by: certificate) else { throw Mismatch(host: host) }
    }.flatMapErrorThrowing { error in
      channel.close(promise: nil)
      throw error
    }
  }

  private static func covers(_ host: String, by certificate: NIOSSLCertificate) -> Bool {
    var (names, addresses): ([String], [[UInt8]]) = ([], [])
    for name in certificate._subjectAlternativeNames() {
      switch name.nameType {
      case .dnsName: names.append(String(decoding: name.contents, as: UTF8.self))
      case .ipAddress: addresses.append(Array(name.contents))
      default: continue
      }
    }
    return covers(host, names: names, addresses: addresses)
  }
}
