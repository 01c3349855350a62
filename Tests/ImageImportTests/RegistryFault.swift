import Testing

/// What a registry may do wrong in answering one request.
enum RegistryFault: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case closeBeforeHead, closeInHead, closeInBody
  case resetBeforeHead, resetInHead, resetInBody
  case stallBeforeHead, stallInHead, stallInBody, trickle
  case requestTimeout, internalError, badGateway, unavailable
  case tooManyForSeconds, tooManyUntilDate, tooManyForYears
  case unauthorized, forbidden, notFound, noContent
  case otherByte, otherSize, shorter, longer, endless
  case brokenChunk, endInChunks
  case redirectToNobody, redirectInCircles, redirectNowhere
  case hugeHead, endlessHead, endlessInterim, noise

  var testDescription: String { rawValue }

  /// Whether the next attempt may be better.
  var isPassing: Bool {
    switch self {
    // A redirect to itself is none when it is followed.
    case .forbidden, .notFound, .noContent, .redirectNowhere: false
    default: true
    }
  }

  /// A limit that is short only where it must run out: a machine with much to do is slow itself.
  var idleTimeout: Duration {
    switch self {
    case .stallBeforeHead, .stallInHead, .stallInBody, .trickle, .endlessHead, .endlessInterim:
      .seconds(1)
    default: .seconds(30)
    }
  }

  /// The answer, which should have been this body.
  func steps(_ body: [UInt8], path: String) -> [FaultyRegistry.Step] {
    let half = body.count / 2
    let cut = FaultyRegistry.Step.head(200, length: body.count) + body[..<half]
    let partOfHead = Array("HTTP/1.1 200 OK\r\nContent-Le".utf8)
    switch self {
    case .closeBeforeHead: return [.close]
    case .closeInHead: return [.send(partOfHead), .close]
    case .closeInBody: return [.send(cut), .close]
    case .resetBeforeHead: return [.reset]
    case .resetInHead: return [.send(partOfHead), .reset]
    case .resetInBody: return [.send(cut), .reset]
    case .stallBeforeHead: return [.stall]
    case .stallInHead: return [.send(partOfHead), .stall]
    case .stallInBody: return [.send(cut), .stall]
    case .trickle:
      return [.send(cut), .sendForever([body[half]], pause: .milliseconds(50))]
    case .otherByte:
      var other = body
      other[half] ^= 0x20
      return [.response(200, body: other)]
    case .otherSize: return [.response(200, body: body + body)]
    case .shorter: return [.response(200, body: Array(body[..<half]))]
    case .longer: return [.response(200, body: body + [0x20])]
    case .endless:
      return [
        .send(FaultyRegistry.Step.head(200, ["Connection": "close"], length: nil) + body),
        .sendForever([UInt8](repeating: 0x20, count: 65_536), pause: .zero),
      ]
    default: return isStatus ? statusSteps(body, path) : protocolSteps(body)
    }
  }

  private var isStatus: Bool {
    switch self {
    case .brokenChunk, .endInChunks, .hugeHead, .endlessHead, .endlessInterim, .noise: false
    default: true
    }
  }

  private func statusSteps(_ body: [UInt8], _ path: String) -> [FaultyRegistry.Step] {
    switch self {
    case .requestTimeout: [.response(408), .close]
    case .internalError: [.response(500)]
    case .badGateway: [.response(502, body: Array("<html>".utf8))]
    case .unavailable: [.response(503)]
    case .tooManyForSeconds: [.response(429, ["Retry-After": "7"])]
    case .tooManyUntilDate:
      [
        .response(
          429,
          [
            "Date": "Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After": "Sun, 06 Nov 1994 08:49:50 GMT",
          ])
      ]
    case .tooManyForYears: [.response(429, ["Retry-After": "99999999999999999999"])]
    case .unauthorized: [.response(401, ["WWW-Authenticate": "Bearer realm=\"/token\""])]
    case .forbidden: [.response(403)]
    case .notFound: [.response(404)]
    case .noContent: [.send(FaultyRegistry.Step.head(204, length: nil))]
    case .redirectToNobody: [.response(307, ["Location": "http://127.0.0.1:1/x?signature=s"])]
    case .redirectInCircles: [.response(302, ["Location": path])]
    default: [.response(301)]
    }
  }

  private func protocolSteps(_ body: [UInt8]) -> [FaultyRegistry.Step] {
    let chunked = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n".utf8)
    let field = Array("X-Noise: \(String(repeating: "x", count: 1000))\r\n".utf8)
    let start = Array("HTTP/1.1 200 OK\r\n".utf8)
    switch self {
    case .brokenChunk: return [.send(chunked + body[..<16] + Array("\r\nzz\r\n".utf8)), .close]
    case .endInChunks: return [.send(chunked + body[..<16] + Array("\r\n".utf8)), .close]
    case .hugeHead:
      let fields = [[UInt8]](repeating: field, count: 1000).flatMap(\.self)
      return [
        .send(start + fields + Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body), .close,
      ]
    case .endlessHead: return [.send(start), .sendForever(field, pause: .zero)]
    case .endlessInterim:
      return [.sendForever(Array("HTTP/1.1 102 Wait\r\n\r\n".utf8), pause: .milliseconds(20))]
    default: return [.send(Array("SSH-2.0-noise\r\n\r\n".utf8)), .close]
    }
  }
}
