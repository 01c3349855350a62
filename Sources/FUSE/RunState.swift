internal import Glibc
internal import Linux
internal import Synchronization

/// How far a session has come, shared by the threads that run, stop and announce it.
final class RunState: Sendable {
  private enum Phase {
    case mounted
    case running(InterruptibleThread, isStopping: Bool)
    case ended
  }

  private let phase = Mutex(Phase.mounted)
  private let isUnmounted = Mutex(false)
  private let mountIsKept = Atomic(false)
  private let isLeft = Atomic(false)

  /// Notes the thread that runs; false when the session was stopped before, `nil` when it runs.
  func begin(_ thread: InterruptibleThread) -> Bool? {
    phase.withLock { phase in
      switch phase {
      case .mounted:
        phase = .running(thread, isStopping: false)
        return true
      case .ended: return false
      case .running: return nil
      }
    }
  }

  /// Notes that the session is to end; true when its loop must be told.
  func stop() -> Bool {
    phase.withLock { phase in
      switch phase {
      case .mounted:
        phase = .ended
        return false
      case .running(let thread, isStopping: false):
        phase = .running(thread, isStopping: true)
        return true
      case .running, .ended:
        return false
      }
    }
  }

  /// Notes that the loop has ended.
  func end() { phase.withLock { $0 = .ended } }

  /// Whether the loop runs and nobody has stopped it.
  var isRunning: Bool {
    phase.withLock { phase in
      if case .running(_, isStopping: false) = phase { true } else { false }
    }
  }

  /// Wakes the loop from its wait until it has ended, on a thread of its own.
  ///
  /// Once is not enough: the loop may be about to wait when it is interrupted.
  func interruptUntilEnded() {
    _ = try? JoinableThread { [self] in
      while interrupt() { usleep(2_000) }
    }
  }

  private func interrupt() -> Bool {
    phase.withLock { phase in
      guard case .running(let thread, _) = phase else { return false }
      thread.interrupt()
      return true
    }
  }

  /// Notes that from now on the mount is to outlive this session.
  func keepMount() { mountIsKept.store(true, ordering: .sequentiallyConsistent) }

  /// Notes that the mount is to go with this session after all.
  func giveUpMount() { mountIsKept.store(false, ordering: .sequentiallyConsistent) }

  /// Notes that another process goes on with the mount.
  func leave() {
    isLeft.store(true, ordering: .sequentiallyConsistent)
    keepMount()
  }

  /// Whether another process goes on with the mount.
  var isLeaving: Bool { isLeft.load(ordering: .sequentiallyConsistent) }

  /// Whether the mount outlives this session.
  var keepsMount: Bool { mountIsKept.load(ordering: .sequentiallyConsistent) }

  /// True the first time: whoever gets it unmounts.
  func takeUnmount() -> Bool {
    isUnmounted.withLock { isUnmounted in
      defer { isUnmounted = true }
      return !isUnmounted
    }
  }
}
