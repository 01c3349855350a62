import Testing

@Suite("An import of parts and from elsewhere", .timeLimit(.minutes(5)))
struct RegistryRangeTests {
  private typealias Part = ServedImage.Part
  private typealias Step = FaultyRegistry.Step

  private let image: ServedImage

  init() throws { image = try FaultyImport.image() }

  /// What a registry does with a request for the rest of a blob.
  enum RangeFault: String, CaseIterable {
    case none, ignored, notSatisfiable, elsewhere, unsaid, pretended, endsEarly, unavailable
  }

  @Test(
    "a blob that ended early is completed, whatever the registry makes of Range",
    arguments: RangeFault.allCases, [Part.config, .layer])
  func ranges(fault: RangeFault, part: ServedImage.Part) async throws {
    let registry = try FaultyRegistry { [image] request, number in
      let body = image[part]
      guard request.path == image.path(of: part) else { return image.answer(request) }
      if number == 0 { return RegistryFault.closeInBody.steps(body, path: request.path) }
      guard let range = request.headers["range"] else { return image.answer(request) }
      guard range == "bytes=\(body.count / 2)-" else { return [.response(400)] }
      let rest = Array(body[(body.count / 2)...])
      func partial(from start: Int, _ bytes: [UInt8]) -> [Step] {
        let place = "bytes \(start)-\(body.count - 1)/\(body.count)"
        return [.response(206, ["Content-Range": place], body: bytes)]
      }
      switch fault {
      case .none: return partial(from: body.count / 2, rest)
      case .ignored: return [.response(200, body: body)]
      case .notSatisfiable: return [.response(416, ["Content-Range": "bytes */\(body.count)"])]
      case .elsewhere: return partial(from: body.count / 2 + 1, Array(rest.dropFirst()))
      case .unsaid: return [.response(206, body: rest)]
      case .pretended: return partial(from: body.count / 2, body)
      case .endsEarly:
        if number > 1 { return partial(from: body.count / 2, rest) }
        let head = Step.head(
          206, ["Content-Range": "bytes \(body.count / 2)-\(body.count - 1)/\(body.count)"],
          length: rest.count)
        return [.send(head), .close]
      case .unavailable:
        return number > 1 ? partial(from: body.count / 2, rest) : [.response(503)]
      }
    }
    let outcome = try await FaultyImport(registry, of: image)
    #expect(outcome.failure == nil)
    #expect(registry.requests.contains { $0.headers["range"] != nil })
  }

  @Test(
    "what is redirected to another host is fetched there, without a secret",
    arguments: [
      Part.manifest, .config, .layer,
    ])
  func elsewhere(part: ServedImage.Part) async throws {
    let other = try FaultyRegistry { [image] request, number in
      if number == 0 { return [.send(Step.head(200, length: 100)), .close] }
      return [.response(200, body: image[part])]
    }
    let registry = try FaultyRegistry { [image, host = other.host] request, _ in
      guard request.path == image.path(of: part) else { return image.answer(request) }
      return [.response(307, ["Location": "http://\(host)/storage?signature=canary-t0ken"])]
    }
    let outcome = try await FaultyImport(registry, of: image)
    #expect(outcome.failure == nil)
    #expect(other.requests.count == 2)
    for request in other.requests {
      #expect(request.headers["authorization"] == nil)
      #expect(!request.headers.values.contains { $0.contains("canary") })
    }
    // After a failure there, it is the registry itself that is asked again.
    #expect(registry.requests.count { $0.path == image.path(of: part) } == 2)
  }
}
