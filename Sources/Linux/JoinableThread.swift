internal import Glibc
internal import Synchronization
internal import SystemPackage

/// A thread of its own for work that blocks, outside the pool of Swift concurrency.
///
/// It lives until its body returns, whether or not anybody holds this object.
public final class JoinableThread: Sendable {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private let handle: pthread_t
  private let isJoined = Mutex(false)

  /// Starts a thread.
  public init(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
    var handle = pthread_t()
    let box = Unmanaged.passRetained(Body(body))
    let result = pthread_create(
      &handle, nil,
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    guard result == 0 else {
      box.release()
      throw SystemError("pthread_create", nil, Errno(rawValue: result))
    }
    self.handle = handle
  }

  deinit {
    if !isJoined.withLock({ $0 }) { pthread_detach(handle) }
  }

  /// Waits until the body has returned; at once the second time.
  ///
  /// - Precondition: not called by the thread itself.
  public func join() {
    isJoined.withLock { joined in
      guard !joined else { return }
      pthread_join(handle, nil)
      joined = true
    }
  }
}
