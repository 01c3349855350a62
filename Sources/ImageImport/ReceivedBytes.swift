internal import Synchronization

/// How many bytes of layers arrived; thread-safe.
final class ReceivedBytes: Sendable {
  private let state = Mutex<UInt64>(0)

  /// The bytes so far.
  var count: UInt64 { state.withLock { $0 } }

  /// Counts bytes that arrived.
  func add(_ bytes: Int) { state.withLock { $0 += UInt64(max(0, bytes)) } }
}
