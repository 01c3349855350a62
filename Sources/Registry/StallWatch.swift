internal import Synchronization

/// Cancels an operation that has not returned within a limit, however often it is asked: an idle
/// timeout for reads, at the cost of one timer per connection and none per read.
///
/// Only time spent waiting in ``run(_:)`` counts, so a consumer that is slow itself is not taken
/// for a registry that is. A few bytes now and then are silence, too: the limit runs on until there
/// are ``fewestBytes`` for each of its seconds, or else a server could keep an import for years. A
/// stall is noticed at the latest a quarter of the limit late.
final class StallWatch: Sendable {
  private struct Waiting {
    var since: ContinuousClock.Instant
    var cancel: @Sendable () -> Void
    var hasStalled = false
  }

  /// What has been waited for since enough arrived.
  private struct Account {
    var waited = Duration.zero
    var bytes = 0
  }

  /// The slowest transfer, in bytes per second, that is not taken for a stall.
  static let fewestBytes = 100

  private let limit: Duration
  private let registry: String
  private let waiting = Mutex<Waiting?>(nil)
  private let account = Mutex(Account())
  private let guardian = Mutex<Task<Void, Never>?>(nil)

  init(limit: Duration, registry: String) {
    self.limit = limit
    self.registry = registry
  }

  deinit { guardian.withLock { $0?.cancel() } }

  /// Gives what comes next the whole limit, as a body after its head.
  func beginAgain() { account.withLock { $0 = Account() } }

  /// Says that bytes arrived.
  func received(_ bytes: Int) {
    account.withLock { account in
      account.bytes += bytes
      if Double(account.bytes) >= limit / .seconds(1) * Double(Self.fewestBytes) {
        account = Account()
      }
    }
  }

  /// Runs one operation; not called from two tasks at a time.
  func run<Result: Sendable>(
    _ operation: @escaping @Sendable () async throws -> Result
  ) async throws(RegistryError) -> Result {
    startGuardian()
    let task = Task { try await operation() }
    let start = ContinuousClock.now
    waiting.withLock { $0 = Waiting(since: start, cancel: { task.cancel() }) }
    let result = await withTaskCancellationHandler {
      await task.result
    } onCancel: {
      task.cancel()
    }
    let hasStalled = waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting?.hasStalled ?? false
    }
    account.withLock { $0.waited += start.duration(to: .now) }
    // What arrived at the last moment is of no use: the connection is being cancelled already.
    if hasStalled { throw .stalled(registry: registry, after: limit) }
    switch result {
    case .success(let value): return value
    case .failure where Task.isCancelled: throw .cancelled
    case .failure(let error): throw NetworkFailure.present(error, registry: registry)
    }
  }

  private func startGuardian() {
    guardian.withLock { guardian in
      if guardian != nil { return }
      guardian = Task { [weak self, interval = limit / 4] in
        while !Task.isCancelled {
          try? await Task.sleep(for: interval)
          guard let self else { return }
          self.check()
        }
      }
    }
  }

  private func check() {
    let waited = account.withLock { $0.waited }
    let cancel = waiting.withLock { waiting -> (@Sendable () -> Void)? in
      guard let current = waiting, current.since.duration(to: .now) + waited >= limit else {
        return nil
      }
      waiting?.hasStalled = true
      return current.cancel
    }
    cancel?()
  }
}
