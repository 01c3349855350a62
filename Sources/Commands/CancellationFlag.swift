internal import Synchronization

/// Whether somebody asked for work to stop, as by a signal.
///
/// Thread-safe.
public final class CancellationFlag: Sendable {
  private let value = Mutex(false)

  /// Makes a flag that is not set.
  public init() {}

  /// Whether it was set.
  public var isSet: Bool { value.withLock { $0 } }

  /// Sets it, once and for all.
  public func set() { value.withLock { $0 = true } }
}
