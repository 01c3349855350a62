internal import Glibc
internal import SystemPackage

/// Answers processes that connect to a socket: one short answer to each, then it hangs up.
///
/// One thread serves all. It never waits for one of them: who is slow, or says nothing, is given up
/// after a time, or sooner when so many others come that there is no room; so nobody can keep others
/// from being answered, or make it hold much memory.
public final class SocketServer: Sendable {
  /// How much a server puts up with.
  public struct Limits: Sendable {
    /// How many connections there are at a time; the oldest makes room for the next.
    public var connections = 16
    /// How long each may take, in seconds.
    public var seconds: Double = 5
    /// How many bytes it reads of what a client says.
    public var requestSize = 8192

    /// Makes the defaults.
    public init() {}
  }

  /// Makes the answer to what a client has said so far, at first nothing; nil to wait for more.
  public typealias Respond = @Sendable (_ peer: SocketPeer, _ request: [UInt8]) -> [UInt8]?

  private let thread: JoinableThread
  private let wake: Pipe

  /// Begins to answer.
  ///
  /// - Parameter respond: Called by the one thread: it must not block.
  public init(
    _ socket: consuming ListeningSocket, limits: Limits = Limits(), respond: @escaping Respond
  ) throws(SystemError) {
    let wake = try Pipe()
    let loop = SocketLoop(socket, limits, respond, wake: wake.readEnd.rawValue)
    thread = try JoinableThread {
      FileSystemIdentity.resume()
      loop.run()
    }
    self.wake = wake
  }

  deinit { end() }

  /// Hangs up on everybody and closes the socket, whose name is removed; then nobody is answered.
  ///
  /// It may be called more than once.
  public func end() {
    try? wake.writeEnd.writeAll([UInt8]([0]).span.bytes)
    thread.join()
  }
}
