import Failures
import Registry
import Testing

@Suite("An import with a token service that fails", .timeLimit(.minutes(5)))
struct TokenFaultTests {
  private typealias Part = ServedImage.Part
  private typealias Step = FaultyRegistry.Step

  private let image: ServedImage

  init() throws { image = try FaultyImport.image() }

  /// What a token service may answer.
  enum TokenFault: String, CaseIterable {
    case stall, reset, unauthorized, forbidden, badRequest, notFound, internalError, unavailable
    case noise, noToken, emptyToken, injectedToken, oversized, endless, trickle, circles, elsewhere

    var steps: [FaultyRegistry.Step] {
      func text(_ body: String) -> [FaultyRegistry.Step] {
        [.response(200, body: Array(body.utf8))]
      }
      switch self {
      case .stall: return [.stall]
      case .reset: return [.reset]
      case .unauthorized: return [.response(401, ["WWW-Authenticate": "Basic realm=x"])]
      case .forbidden: return [.response(403)]
      case .badRequest: return [.response(400)]
      case .notFound: return [.response(404)]
      case .internalError: return [.response(500)]
      case .unavailable: return [.response(503, ["Retry-After": "1"])]
      case .noise: return text("<html>")
      case .noToken: return text(#"{"expires_in": 300}"#)
      case .emptyToken: return text(#"{"token": ""}"#)
      case .injectedToken: return text(#"{"token": "a\r\nX-Evil: b"}"#)
      case .oversized: return text(#"{"token": "\#(String(repeating: "x", count: 1 << 20))"}"#)
      case .endless:
        return [
          .send(Step.head(200, length: nil)),
          .sendForever([UInt8](repeating: 0x20, count: 65_536), pause: .zero),
        ]
      case .trickle:
        return [
          .send(Step.head(200, length: 9999)), .sendForever([0x20], pause: .milliseconds(50)),
        ]
      case .circles: return [.response(307, ["Location": "/token"])]
      case .elsewhere: return [.response(307, ["Location": "http://127.0.0.1:1/token"])]
      }
    }

    var isPassing: Bool {
      [.stall, .reset, .internalError, .unavailable, .trickle, .circles, .elsewhere].contains(self)
    }
  }

  @Test(
    "a token service that fails once is asked again where that may help, and never for ever",
    arguments: TokenFault.allCases, [1, Int.max])
  func tokens(fault: TokenFault, times: Int) async throws {
    let registry = try FaultyRegistry { [image] request, number in
      request.path == "/token" && number < times ? fault.steps : image.answer(request)
    }
    let isSilent = [.stall, .trickle].contains(fault)
    let outcome = try await FaultyImport(registry, of: image) {
      if isSilent { $0.idleTimeout = .seconds(1) }
    }
    let isGood = times == 1 && fault.isPassing
    #expect((outcome.failure == nil) == isGood, "\(String(describing: outcome.failure))")
    #expect(!registry.requests.contains { $0.headers["x-evil"] != nil })
    #expect(registry.requests.count <= 60)
  }

  @Test(
    "a token that expires on the way is replaced once for each request", arguments: Part.allCases)
  func expired(part: ServedImage.Part) async throws {
    let registry = try FaultyRegistry { [image] request, number in
      let isExpired = request.path == image.path(of: part) && number == 0
      return isExpired ? [ServedImage.challenge(request)] : image.answer(request)
    }
    #expect(try await FaultyImport(registry, of: image).failure == nil)
    #expect(registry.requests.count { $0.path == "/token" } == 2)
    #expect(registry.requests.count { $0.path == image.path(of: part) } == 2)
  }

  @Test("a token that is never good enough is asked for once more, and the user is told")
  func refused() async throws {
    let registry = try FaultyRegistry { [image] request, _ in
      request.path == "/token" ? image.answer(request) : [ServedImage.challenge(request)]
    }
    let outcome = try await FaultyImport(registry, of: image)
    #expect(outcome.failure?.code == .unauthorized)
    #expect("\(String(describing: outcome.failure))".contains("the command line"))
    #expect(registry.requests.count { $0.path == "/token" } == 2)
  }
}
