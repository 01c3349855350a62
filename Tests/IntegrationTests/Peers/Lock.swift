import Synchronization

/// Lets one test at a time do something.
final class Lock: Sendable {
  private let mutex = Mutex(())

  func withLock<Result>(_ body: () throws -> Result) throws -> Result {
    var result: Swift.Result<Result, any Error>?
    mutex.withLock { _ in result = Swift.Result { try body() } }
    guard let result else { throw SystemFailure("the lock ran nothing", 0) }
    return try result.get()
  }
}
