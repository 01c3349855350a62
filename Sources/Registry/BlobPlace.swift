internal import OCI

/// Somewhere a blob may be read.
protocol BlobPlace: Sendable {
  /// Starts reading at an offset, or before it where the place cannot do better.
  ///
  /// - Returns: The bytes from `start` to the blob's end; `start` is at most `offset`.
  func open(
    _ blob: Descriptor, at offset: UInt64
  ) async throws(RegistryError) -> (body: HTTPBody, start: UInt64)

  /// What to call the place in messages.
  var name: String { get }
}

extension HTTPFields {
  /// Asks for the bytes from an offset on.
  static func range(from offset: UInt64) -> HTTPFields {
    var headers = HTTPFields()
    if offset > 0 { headers.add("range", "bytes=\(offset)-") }
    return headers
  }
}

extension HTTPResponse {
  /// The body of an answer to ``HTTPFields/range(from:)`` and where it starts; nil where that is
  /// neither where it was asked for nor the blob's beginning.
  func part(from offset: UInt64) -> (body: HTTPBody, start: UInt64)? {
    if status == 200 { return (body, 0) }
    return ContentRange.start(headers["content-range"]) == offset ? (body, offset) : nil
  }
}

extension EndpointSession: BlobPlace {
  nonisolated var name: String { endpoint.reference.host }

  func open(
    _ blob: Descriptor, at offset: UInt64
  ) async throws(RegistryError) -> (body: HTTPBody, start: UInt64) {
    for start in offset > 0 ? [offset, 0] : [0] {
      let response = try await get("blobs/\(blob.digest)", .range(from: start))
      // 416: the registry does not have that many bytes; the whole will show what it has.
      if response.status == 416, start > 0 { continue }
      try await response.require(
        start > 0 ? [200, 206] : [200], of: "blob \(blob.digest) in \(endpoint.reference.name)",
        from: endpoint.reference, source: credentialSource)
      if let part = response.part(from: start) { return part }
    }
    throw .refused(registry: name, status: 206, reason: "it sends another part than asked for")
  }
}

/// A place outside the registry, which the descriptor of a layer that is not to be distributed
/// names.
///
/// It is asked without credentials.
struct ForeignPlace: BlobPlace {
  let address: WebAddress
  let sender: any HTTPSender

  var name: String { address.origin.authority }

  func open(
    _ blob: Descriptor, at offset: UInt64
  ) async throws(RegistryError) -> (body: HTTPBody, start: UInt64) {
    for start in offset > 0 ? [offset, 0] : [0] {
      let response = try await get(.range(from: start))
      switch response.status {
      case 200, 206:
        if let part = response.part(from: start) { return part }
      case 416 where start > 0: continue
      case 408, 429, 500...599:
        throw .overloaded(
          registry: name, status: response.status, retryAfter: response.retryAfter,
          reason: await response.reason())
      default:
        throw .notFound("layer \(blob.digest) at \(address)", reason: await response.reason())
      }
    }
    throw .refused(registry: name, status: 206, reason: "it sends another part than asked for")
  }

  /// Asks, and follows redirects.
  private func get(_ headers: HTTPFields) async throws(RegistryError) -> HTTPResponse {
    var policy = RedirectPolicy(allowsDowngrade: false)
    var request = HTTPRequest(address: address, headers: headers)
    while true {
      let response = try await sender.send(request)
      guard RedirectPolicy.isRedirect(response.status) else { return response }
      await response.drain()
      request = try policy.follow(request, to: response.headers["location"], registry: name)
    }
  }
}
