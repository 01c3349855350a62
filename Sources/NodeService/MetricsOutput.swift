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

  /// Takes the address.
  ///
  /// - Throws: `Failure` when it cannot be had.
  init(_ address: MetricsAddress, logger: Logger) throws(Failure) {
    self.address = address
    self.logger = logger
    do throws(SystemError) {
      switch address {
      case .socket(let place):
        let socket = try ListeningSocket(at: place)
        let server = try SocketServer(socket) { [source] _, request in
          MetricsPage.answer(to: request) { source.metrics }
        }
        state.withLock { $0 = .socket(server) }
      case .file(let path): try MetricsFile.write("", to: path)
      }
    } catch {
      throw Self.failure(address, error)
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
    guard case .file(let path) = address else { return }
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
    case .socket(let server): server.end()
    case .file(let file): file.end()
    }
    source.status.withLock { $0 = nil }
  }
}
