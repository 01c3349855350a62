internal import Synchronization

/// Cancels an operation that has not returned within a limit, however often it is asked: an idle
/// timeout for reads, at the cost of one timer per connection and none per read.
///
/// Only time spent waiting in ``run(_:)`` counts, so a consumer that is slow itself is not taken
/// for a registry that is; and it is counted by a task that gets its turns as the reader does, so
/// neither is a machine that has too much to do. A few bytes now and then are silence, too: the
/// limit runs on until there are ``fewestBytes`` for each of its seconds, or else a server could
/// keep an import for years. A stall is noticed at the latest a quarter of the limit late.
final class StallWatch: Sendable {
  private struct State {
    /// Cancels what is being waited for; nil when nothing is.
    var cancel: (@Sendable () -> Void)?
    var hasStalled = false
    /// How many quarters of the limit ended and how many bytes came since enough had come.
    var quarters = 0
    var bytes = 0
  }

  /// The slowest transfer, in bytes per second, that is not taken for a stall.
  static let fewestBytes = 100.0

  private let limit: Duration
  private let registry: String
  private let proxy: ProxyAddress?
  private let state = Mutex(State())
  private let guardian = Mutex<Task<Void, Never>?>(nil)

  init(limit: Duration, registry: String, proxy: ProxyAddress? = nil) {
    self.proxy = proxy
    self.limit = limit
    self.registry = registry
  }

  deinit { guardian.withLock { $0?.cancel() } }

  /// Gives what comes next the whole limit, as a body after its head.
  func beginAgain() {
    state.withLock { ($0.quarters, $0.bytes) = (0, 0) }
  }

  /// Says that bytes arrived.
  func received(_ bytes: Int) {
    let isEnough = state.withLock { state in
      state.bytes += bytes
      return Double(state.bytes) >= limit / .seconds(1) * Self.fewestBytes
    }
    if isEnough { beginAgain() }
  }

  /// Runs one operation; not called from two tasks at a time.
  func run<Result: Sendable>(
    _ operation: @escaping @Sendable () async throws -> Result
  ) async throws(RegistryError) -> Result {
    startGuardian()
    let task = Task { try await operation() }
    state.withLock { $0.cancel = { task.cancel() } }
    let result = await withTaskCancellationHandler {
      await task.result
    } onCancel: {
      task.cancel()
    }
    let hasStalled = state.withLock { state in
      state.cancel = nil
      return state.hasStalled
    }
    // What arrived at the last moment is of no use: the connection is being cancelled already.
    if hasStalled { throw .stalled(registry: registry, after: limit) }
    switch result {
    case .success(let value): return value
    case .failure where Task.isCancelled: throw .cancelled
    case .failure(let error):
      throw NetworkFailure.present(error, registry: registry, proxy: proxy)
    }
  }

  private func startGuardian() {
    guardian.withLock { guardian in
      if guardian != nil { return }
      guardian = Task { [weak self, interval = limit / 4] in
        while !Task.isCancelled {
          try? await Task.sleep(for: interval)
          guard let self else { return }
          self.countQuarter()
        }
      }
    }
  }

  private func countQuarter() {
    let cancel = state.withLock { state -> (@Sendable () -> Void)? in
      guard let cancel = state.cancel, !state.hasStalled else { return nil }
      state.quarters += 1
      // The first may have begun a moment before the wait did.
      guard state.quarters > 4 else { return nil }
      state.hasStalled = true
      return cancel
    }
    cancel?()
  }
}
