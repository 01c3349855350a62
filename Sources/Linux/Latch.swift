/// A gate that threads wait at until it is opened, once and for all.
///
/// For one thread that works while others need the result: the worker opens the gate when the
/// result is in place. No lock is held while it works. Waiting blocks the thread, so latches are
/// for threads of our own, never for Swift tasks.
public final class Latch: @unchecked Sendable {
  private let lock = WaitingLock()
  private var isOpen = false

  /// Makes a closed gate.
  public init() {}

  /// Lets everybody through from now on; a second call changes nothing.
  public func open() { lock.change { isOpen = true } }

  /// Waits until the gate is open.
  public func wait() { lock.wait { isOpen } }

  /// Waits for so many seconds at most; false when the gate is still closed.
  public func wait(seconds: Double) -> Bool {
    lock.wait(seconds: seconds, until: { isOpen }, then: { isOpen })
  }
}
