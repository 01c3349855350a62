internal import CLinux
internal import Glibc
internal import SystemPackage

/// A descriptor that is closed at the moment a process is killed.
///
/// A process that gets SIGKILL keeps its descriptors open until the last of its threads has ended,
/// and a thread that the kernel makes wait, for a dead file server or for a page that the killed
/// process itself was to deliver, does not end. So a thread of its own holds this one, and
/// nothing else does: whoever has the other end of a pipe learns of the death at once.
public final class LifeLine: Sendable {
  private let watched: OwnedDescriptor

  /// Starts a process that is to be watched.
  ///
  /// - Parameter start: Starts it with the descriptor whose number it is given, which the process
  ///   hands to ``hold(_:)``.
  public init(_ start: (_ held: Int32) throws(SystemError) -> Void) throws(SystemError) {
    let pipe = try Pipe()
    try start(pipe.writeEnd.rawValue)
    watched = pipe.closingWriteEnd()
  }

  /// What ``Readable`` finds readable once the process is dead.
  public var number: Int32 { watched.rawValue }

  /// Keeps a descriptor open for as long as this process runs.
  ///
  /// Where the kernel has no close_range(2), before Linux 5.9, it is held like any other.
  public static func hold(_ descriptor: consuming OwnedDescriptor) throws(SystemError) {
    let pipe = try Pipe()
    let (number, done) = (descriptor.rawValue, pipe.writeEnd.rawValue)
    let thread = try JoinableThread {
      firn_block_signals()
      guard firn_hold_descriptor(number, done) != 0 else { return }
      var byte: UInt8 = 0
      _ = write(done, &byte, 1)
    }
    var answer = [UInt8](repeating: 0, count: 1)
    var span = answer.mutableSpan
    var bytes = span.mutableBytes
    _ = try pipe.readEnd.readNext(into: &bytes)
    withExtendedLifetime(thread) {}
    if answer[0] == 0 { _ = descriptor.relinquish() }
  }
}
