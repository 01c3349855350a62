internal import CLinux
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// Turns signals into calls on an ordinary thread.
///
/// While it lives the signals do not end the process. At most one waiter can live at a time, since
/// a process has one set of signal handlers.
public final class SignalWaiter: Sendable {
  /// A signal by which people and service managers talk to a server.
  public enum Signal: UInt8, CaseIterable, Sendable {
    /// `SIGHUP`: the terminal is gone, or read the configuration again.
    case hangUp = 1
    /// `SIGINT`: Ctrl-C.
    case interrupt = 2
    /// `SIGTERM`: please end.
    case terminate = 15
  }

  private static let isInUse = Mutex(false)
  private let signals: [Signal]
  private let pipe: Pipe
  private let thread: JoinableThread

  /// Starts catching signals.
  ///
  /// - Parameter handler: called for each signal that arrives, one after the other, on a thread of
  ///   its own, where everything is allowed but to let go of the waiter.
  /// - Throws: `EBUSY` when there is a waiter already.
  public init(
    _ signals: [Signal], handler: @escaping @Sendable (Signal) -> Void
  ) throws(SystemError) {
    let wasInUse = Self.isInUse.withLock { isInUse in
      defer { isInUse = true }
      return isInUse
    }
    if wasInUse { throw SystemError("sigaction", nil, .resourceBusy) }
    do throws(SystemError) {
      let pipe = try Pipe()
      let readEnd = pipe.readEnd.rawValue
      self.thread = try JoinableThread { Self.forward(from: readEnd, to: handler) }
      self.pipe = pipe
      self.signals = signals
    } catch {
      Self.isInUse.withLock { $0 = false }
      throw error
    }
    for signal in signals { firn_catch_signal(Int32(signal.rawValue), pipe.writeEnd.rawValue) }
  }

  deinit {
    for signal in signals { firn_release_signal(Int32(signal.rawValue)) }
    var end: UInt8 = 0
    _ = Glibc.write(pipe.writeEnd.rawValue, &end, 1)
    thread.join()
    Self.isInUse.withLock { $0 = false }
  }

  /// Reads signal numbers until a zero, which only `deinit` writes.
  private static func forward(from descriptor: Int32, to handler: (Signal) -> Void) {
    var number: UInt8 = 0
    while true {
      let count = Glibc.read(descriptor, &number, 1)
      if count < 0, Errno.current == .interrupted { continue }
      guard count == 1, number != 0 else { return }
      if let signal = Signal(rawValue: number) { handler(signal) }
    }
  }
}
