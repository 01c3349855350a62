import Logging
import OCI
import Synchronization
import SystemPackage

@testable import Registry

/// A registry in memory: answers what a closure says, and remembers what it was asked.
final class FakeRegistry: HTTPSender {
  typealias Handler = @Sendable (HTTPRequest, _ number: Int) throws -> HTTPResponse

  private let handler: Handler
  private let log = Mutex<[HTTPRequest]>([])

  init(_ handler: @escaping Handler) { self.handler = handler }

  var requests: [HTTPRequest] { log.withLock { $0 } }

  /// What was asked, as `PATH AUTHORIZATION RANGE`.
  var summary: [String] {
    requests.map { request in
      [
        request.address.target.prefix { $0 != "?" }.description, request.headers["authorization"],
        request.headers["range"],
      ].compactMap(\.self).joined(separator: " ")
    }
  }

  func send(_ request: HTTPRequest) async throws(RegistryError) -> HTTPResponse {
    let number = log.withLock { log in
      log.append(request)
      return log.count
    }
    do { return try handler(request, number) } catch {
      throw RegistryError(error, registry: request.address.origin.authority)
    }
  }

  func close() async {}

  /// A repository that is asked through this registry, with no waits between attempts.
  func repository(
    _ reference: String, credentials: Credentials? = nil, retries: Int = 2,
    systemDirectory: FilePath = "/nonexistent"
  ) throws -> Repository {
    var options = RegistryOptions()
    options.clock = InstantClock()
    options.credentials = credentials
    options.retries = retries
    options.systemDirectory = systemDirectory
    return try Repository(
      Reference(parsing: reference), options: options, logger: Logger(label: "test")
    ) { _ in self }
  }
}

extension HTTPResponse {
  init(_ status: Int, _ headers: [String: String] = [:], _ body: String = "") {
    var fields = HTTPFields()
    for header in headers.sorted(by: { $0.key < $1.key }) { fields.add(header.key, header.value) }
    self.init(status: status, headers: fields, body: HTTPBody(Array(body.utf8)))
  }
}

/// A clock on which no time passes.
struct InstantClock: Clock {
  typealias Instant = ContinuousClock.Instant
  var now: Instant { .now }
  var minimumResolution: Duration { .zero }
  func sleep(until deadline: Instant, tolerance: Duration?) async throws {}
}
