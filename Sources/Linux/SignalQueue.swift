internal import Glibc

/// Signals that wait until somebody who waits for descriptors takes them.
///
/// While it lives the signals do not end the process; see ``SignalWaiter``, of which there can be
/// one at a time.
public final class SignalQueue: Sendable {
  private let pipe: Pipe
  private let waiter: SignalWaiter

  /// Starts catching signals.
  public init(_ signals: [SignalWaiter.Signal]) throws(SystemError) {
    let pipe = try Pipe()
    let number = pipe.writeEnd.rawValue
    waiter = try SignalWaiter(signals) { signal in
      var byte = signal.rawValue
      _ = write(number, &byte, 1)
    }
    self.pipe = pipe
  }

  /// What ``Readable`` finds readable when there are signals to take.
  public var number: Int32 { pipe.readEnd.rawValue }

  /// The signals that have come, in their order; waits for one if there is none.
  public func take() -> [SignalWaiter.Signal] {
    var bytes = [UInt8](repeating: 0, count: 64)
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    let count = (try? pipe.readEnd.readNext(into: &raw)) ?? 0
    return bytes.prefix(count).compactMap { SignalWaiter.Signal(rawValue: $0) }
  }
}
