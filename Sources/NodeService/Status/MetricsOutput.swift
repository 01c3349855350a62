internal import Failures
internal import Linux
internal import Logging
internal import Synchronization
internal import SystemPackage

/// A server's metrics where somebody wants them: prepared before the mount, so that an address that
/// cannot be had keeps the server from starting.
final class MetricsOutput: Sendable {
  private enum State {
    case idle
    case waiting(WakeUp)
    case socket(SocketServer)
    case file(MetricsFile)
  }

  /// What tells how the server is, once it is mounted.
  private final class Source: Sendable {
    let status = Mutex<StatusSource?>(nil)

    var metrics: String {
      status.withLock { $0 }?.status(isForOwner: false).metrics ?? ""
    }
  }

  private let address: MetricsAddress
  private let logger: Logger
  private let source = Source()
  private let state = Mutex(State.idle)

  /// The seconds between two attempts to get an address that another server still has.
  private static let pause: Double = 1

  /// Takes the address.
  ///
  /// - Parameter mayWait: Whether an address that somebody has is waited for, after ``begin(_:)``:
  ///   for who takes the place of a server that has not ended yet.
  /// - Throws: `Failure` when it cannot be had.
  init(_ address: MetricsAddress, mayWait: Bool = false, logger: Logger) throws(Failure) {
    self.address = address
    self.logger = logger
    do throws(SystemError) {
      switch address {
      case .socket(let place):
        let server = try listen(at: place)
        state.withLock { $0 = .socket(server) }
      case .file(let path): try MetricsFile.write("", to: path)
      }
    } catch {
      guard mayWait, error.errno == .addressInUse else { throw Self.failure(address, error) }
    }
  }

  private func listen(at place: LoopbackAddress) throws(SystemError) -> SocketServer {
    let socket = try ListeningSocket(at: place)
    return try SocketServer(socket) { [source] _, request in
      MetricsPage.answer(to: request) { source.metrics }
    }
  }

  /// Tries again and again to get an address, until ``end()``.
  private func wait(for place: LoopbackAddress) throws(SystemError) {
    let wake = WakeUp()
    state.withLock { $0 = .waiting(wake) }
    _ = try JoinableThread { [self] in
      while wake.wait(seconds: Self.pause) {
        guard let server = try? listen(at: place) else { continue }
        if !take(server) { server.end() }
        return
      }
    }
  }

  /// Takes a server that was waited for, unless all has ended meanwhile.
  private func take(_ server: SocketServer) -> Bool {
    state.withLock { state in
      guard case .waiting = state else { return false }
      state = .socket(server)
      return true
    }
  }

  private static func failure(_ address: MetricsAddress, _ error: SystemError) -> Failure {
    switch address {
    case .socket(let place):
      Failure(
        .inputOutput, "metrics cannot be offered at \(place)", cause: "\(error)",
        nextStep: "Give each server a port of its own; see who has this one: ss -ltnp")
    case .file(let path):
      Failure(
        .inputOutput, "metrics cannot be written to \(path)", cause: "\(error)",
        nextStep: "Make the directory, and let this account write to it")
    }
  }

  /// Begins to tell of a server that is mounted.
  func begin(_ status: StatusSource) throws(SystemError) {
    source.status.withLock { $0 = status }
    guard case .file(let path) = address else {
      let isIdle = state.withLock { if case .idle = $0 { true } else { false } }
      if isIdle, case .socket(let place) = address { try wait(for: place) }
      return
    }
    let file = try MetricsFile(path, logger: logger) { [source] in source.metrics }
    state.withLock { $0 = .file(file) }
  }

  /// Tells nothing any more.
  func end() {
    let former = state.withLock { state in
      defer { state = .idle }
      return state
    }
    switch former {
    case .idle: if case .file(let path) = address { try? Paths.unlink(path) }
    case .waiting(let wake): wake.end()
    case .socket(let server): server.end()
    case .file(let file): file.end()
    }
    source.status.withLock { $0 = nil }
  }
}
