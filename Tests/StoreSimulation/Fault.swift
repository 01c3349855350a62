internal import Linux
public import SystemPackage

/// What goes wrong on a ``FaultyDirectory``, and when.
public struct Fault: Sendable {
  /// Which operations it befalls.
  public enum Trigger: Sendable {
    /// The n-th operation alone, counted from 1.
    case operation(Int)
    /// The n-th and all that follow.
    case from(Int)
    /// Every operation of one kind.
    case every(StoreOperation.Call)
    /// Every operation that a condition holds for.
    case matching(@Sendable (StoreOperation) -> Bool)
  }

  /// What becomes of them.
  public enum Effect: Sendable {
    /// They fail with an error after so much was done.
    case error(Errno, after: GatedDirectory.Progress = .nothing)
    /// Reads return half of what they should, as if that were all.
    case shortRead
    /// They wait until they are let go, and are done then.
    case hang(Hang)
  }

  /// Which operations it befalls.
  public var trigger: Trigger
  /// What becomes of them.
  public var effect: Effect

  /// Describes a fault.
  public init(_ trigger: Trigger, _ effect: Effect) {
    self.trigger = trigger
    self.effect = effect
  }

  func befalls(_ operation: StoreOperation, number: Int) -> Bool {
    switch trigger {
    case .operation(let chosen): number == chosen
    case .from(let first): number >= first
    case .every(let call): operation.call == call
    case .matching(let condition): condition(operation)
    }
  }
}

/// An operation that does not come back, as on a file system whose server is gone.
///
/// Thread-safe. A test that let an operation hang must call ``release()``.
public final class Hang: Sendable {
  private let reached = Latch()
  private let gate = Latch()

  /// Makes a hang that nobody is in yet.
  public init() {}

  /// Waits until some operation hangs.
  public func waitUntilReached() { reached.wait() }

  /// Lets the operation go on, and every later one.
  public func release() { gate.open() }

  func pass() {
    reached.open()
    gate.wait()
  }
}
