internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import SystemPackage

/// Turns what the HTTP library throws into sentences.
enum NetworkFailure {
  /// The error as one of a registry, which names the proxy if there is one.
  static func present(
    _ error: any Error, registry: String, proxy: ProxyAddress? = nil
  ) -> RegistryError {
    let failure = present(error, registry, proxy)
    guard let proxy, case .unreachable(_, let reason) = failure, !reason.contains(proxy.authority)
    else { return failure }
    return .unreachable(registry: registry, reason: "\(reason), by the proxy \(proxy.authority)")
  }

  private static func present(
    _ error: any Error, _ registry: String, _ proxy: ProxyAddress?
  ) -> RegistryError {
    let place = proxy.map { " \($0.authority)" } ?? ""
    switch error {
    case let error as CertificateIdentity.Mismatch:
      return .untrusted(registry: registry, reason: error.description)
    case HTTPParserError.invalidEOFState, HTTPParserError.closedConnection:
      return .unreachable(registry: registry, reason: "the connection ended within an answer")
    case is HTTPParserError:
      // A connection may be disturbed; what never speaks HTTP is given up soon, as all that is
      // no registry.
      return .unreachable(registry: registry, reason: "its answer is not HTTP")
    case let error as NIOConnectionError:
      return .unreachable(registry: registry, reason: reason(of: error))
    case let error as IOError:
      return .unreachable(registry: registry, reason: reason(of: error))
    case let error as HTTPClientError where error == .proxyAuthenticationRequired:
      return .configuration(
        file: "the proxy for \(registry),\(place)",
        reason: "it wants another user and password than the variable with its name has")
    case let error as HTTPClientError where error == .invalidProxyResponse:
      return .unreachable(registry: registry, reason: "the proxy\(place) does not connect to it")
    case let error as HTTPClientError where error == .connectTimeout:
      return .unreachable(registry: registry, reason: "nobody answers there")
    case let error as HTTPClientError:
      return .unreachable(registry: registry, reason: error.shortDescription)
    case is CancellationError:
      // Not this task's: somebody closed the connection.
      return .unreachable(registry: registry, reason: "the connection was closed")
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
      return tlsFailure(String(describing: error), registry: registry)
    default:
      return RegistryError(error, registry: registry)
    }
  }

  /// What TLS could not do, by the library's words for it.
  static func tlsFailure(_ text: String, registry: String) -> RegistryError {
    if text.contains("CERTIFICATE_VERIFY_FAILED") || text.contains("failedToValidateHostname") {
      let reason =
        text.contains("failedToValidateHostname")
        ? "it is for another host" : "its authority is not known here, or it has expired"
      return .untrusted(registry: registry, reason: reason)
    }
    if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
      return .notRegistry(registry: registry, reason: "it does not speak TLS")
    }
    if text.contains("EOF during") {
      return .unreachable(
        registry: registry, reason: "it closed the connection during the TLS handshake")
    }
    if text.contains("uncleanShutdown") {
      return .unreachable(registry: registry, reason: "the TLS connection broke off")
    }
    if text.contains("ALERT") {
      return .notRegistry(registry: registry, reason: "it ended the TLS handshake: \(text)")
    }
    return .unreachable(registry: registry, reason: "TLS failed: \(text)")
  }

  /// The words of errno(3), without the name of the function that NIO was in.
  private static func reason(of error: IOError) -> String {
    Errno(rawValue: error.errnoCode).description
  }

  private static func reason(of error: NIOConnectionError) -> String {
    if let first = error.connectionErrors.first {
      return (first.error as? IOError).map(reason(of:)) ?? String(describing: first.error)
    }
    if error.dnsAError != nil || error.dnsAAAAError != nil {
      return "the name '\(error.host)' is not known"
    }
    return "no connection to \(error.host):\(error.port)"
  }
}
