internal import CLinux
internal import Glibc
internal import Synchronization

/// By what a program that ``DetachedProcess`` started says that it is ready, or why it is not.
///
/// Letting go of it without a word tells the starter that the program failed. It can be used from
/// any thread; only the first word counts.
public final class ReadyChannel: Sendable {
  static let variable = "FIRN_READY_DESCRIPTOR"
  static let readyMark = UInt8(ascii: "R")
  static let failureMark = UInt8(ascii: "F")

  private let descriptor: Mutex<OwnedDescriptor?>

  /// Takes over the channel; `nil` when nobody waits, or it was taken before.
  ///
  /// It changes the environment: call it at the beginning of the program, before there are threads.
  public init?() {
    guard let value = getenv(Self.variable), let number = Int32(String(cString: value)),
      number > 2, firn_set_close_on_exec(number, 1) == 0
    else { return nil }
    unsetenv(Self.variable)
    descriptor = Mutex(OwnedDescriptor(owning: number))
  }

  /// Says that the program is ready.
  ///
  /// It makes no difference when the starter is gone.
  public func ready() { send([Self.readyMark]) }

  /// Says why the program cannot start.
  ///
  /// The program should end soon after.
  public func fail(_ reason: String) { send([Self.failureMark] + Array(reason.utf8)) }

  /// Writes and closes, without the `SIGPIPE` that a starter that is gone would cause.
  private func send(_ bytes: [UInt8]) {
    descriptor.withLock { descriptor in
      guard let end = descriptor.take() else { return }
      let previous = signal(SIGPIPE, SIG_IGN)
      defer { signal(SIGPIPE, previous) }
      try? end.writeAll(bytes.span.bytes)
    }
  }
}
