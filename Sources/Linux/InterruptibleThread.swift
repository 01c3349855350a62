internal import CLinux
internal import Glibc
internal import SystemPackage

/// A handle on a running thread by which its blocking system calls can be made to return `EINTR`.
///
/// It uses `SIGURG`, which by default does nothing, so that one too many is harmless.
public struct InterruptibleThread: Sendable {
  private let handle: pthread_t

  private init(handle: pthread_t) { self.handle = handle }

  /// The calling thread, which from now on lets itself be interrupted.
  ///
  /// Threads of libdispatch block all signals, and threads that they start do too; hence the mask.
  public static func current() throws(SystemError) -> InterruptibleThread {
    _ = try retrying("sigaction", nil) { firn_let_signal_interrupt(SIGURG) }
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGURG)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    return InterruptibleThread(handle: pthread_self())
  }

  /// Interrupts the call the thread is blocked in, if it is; calls that begin later are not affected.
  ///
  /// - Precondition: the thread has not ended.
  public func interrupt() { pthread_kill(handle, SIGURG) }
}
