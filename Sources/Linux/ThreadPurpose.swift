internal import CLinux

/// What for a thread does what it does, so that those far below who count can tell.
///
/// It holds for the thread alone: whoever has work done by another thread gives it on.
public enum ThreadPurpose {
  /// Runs a closure for a purpose, which takes the place of the one before meanwhile.
  public static func with<Result, Failure: Error>(
    _ purpose: any AnyObject & Sendable, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try run(for: purpose, body)
  }

  private static func run<Result, Failure: Error>(
    for purpose: AnyObject, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let former = firn_thread_value()
    firn_set_thread_value(Unmanaged.passUnretained(purpose).toOpaque())
    defer {
      firn_set_thread_value(former)
      withExtendedLifetime(purpose) {}
    }
    return try body()
  }

  /// Work for another thread, to be done for the purpose that the calling thread has now.
  public static func handedOn(
    _ body: @escaping @Sendable () -> Void
  ) -> @Sendable () -> Void {
    guard let current else { return body }
    // Purposes are Sendable: ``with(_:_:)`` takes no others.
    nonisolated(unsafe) let purpose = current
    return { run(for: purpose, body) }
  }

  /// The purpose of what the calling thread does; nil without any.
  public static var current: AnyObject? {
    firn_thread_value().map { Unmanaged<AnyObject>.fromOpaque($0).takeUnretainedValue() }
  }
}
