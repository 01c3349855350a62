/// A request, as little of HTTP as registries need.
struct HTTPRequest: Sendable {
  /// GET without a body, or POST with one.
  enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
  }

  var method = Method.get
  var address: WebAddress
  var headers = HTTPFields()
  var body: [UInt8] = []
}

/// The header fields of a message; names in any case, several fields of one name in order.
struct HTTPFields: Sendable {
  /// Names in lower case, and values.
  private(set) var fields: [(name: String, value: String)] = []

  /// Adds a field.
  mutating func add(_ name: String, _ value: String) { fields.append((name.lowercased(), value)) }

  /// All values of one name.
  func all(_ name: String) -> [String] {
    fields.lazy.filter { $0.name == name }.map(\.value)
  }

  /// The first value of one name; writing replaces all, or removes them.
  subscript(name: String) -> String? {
    get { fields.first { $0.name == name }?.value }
    set {
      fields.removeAll { $0.name == name }
      if let newValue { add(name, newValue) }
    }
  }
}

/// A response whose head has arrived.
struct HTTPResponse: Sendable {
  let status: Int
  let headers: HTTPFields
  let body: HTTPBody

  init(status: Int, headers: HTTPFields = HTTPFields(), body: HTTPBody = HTTPBody([])) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// The body of a response, read once, by one task at a time.
struct HTTPBody: Sendable {
  /// The next bytes; nil at the end.
  let next: @Sendable () async throws -> [UInt8]?

  /// Makes a body of whatever the closure returns until it returns nil.
  init(next: @escaping @Sendable () async throws -> [UInt8]?) { self.next = next }

  /// Makes a body of bytes that are there already.
  init(_ bytes: [UInt8]) {
    let rest = SharedBytes(bytes)
    next = { rest.take() }
  }

  /// All bytes, if they are not more than a limit; nil if they are.
  func collect(limit: Int) async throws -> [UInt8]? {
    var bytes: [UInt8] = []
    while let part = try await next() {
      guard bytes.count + part.count <= limit else { return nil }
      bytes += part
    }
    return bytes
  }
}

/// Whatever sends requests: the network, or a test.
protocol HTTPSender: Sendable {
  /// Sends a request and returns when the head of its response is there.
  func send(_ request: HTTPRequest) async throws(RegistryError) -> HTTPResponse
  /// Closes all connections; responses still being read fail.
  func close() async
}
