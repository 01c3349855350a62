internal import Synchronization

/// Contexts of a C library, made when needed and used again.
///
/// A call takes one, uses it alone, and gives it back. There are never more than calls that ran at
/// the same time.
final class ContextPool<Context: AnyObject & Sendable>: Sendable {
  private let idle = Mutex<[Context]>([])
  private let make: @Sendable () -> Context

  init(_ make: @escaping @Sendable () -> Context) {
    self.make = make
  }

  /// A context that nobody else has.
  func take() -> Context {
    idle.withLock { $0.popLast() } ?? make()
  }

  /// Ends the use of a context, in whatever state it is.
  func giveBack(_ context: Context) {
    idle.withLock { $0.append(context) }
  }
}
