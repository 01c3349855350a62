internal import Store
internal import Synchronization

/// The session of the imports that run at the same time: begun by the first, ended by the last.
///
/// Thread-safe.
final class SharedSession: Sendable {
  private struct State {
    var session: ImportSession?
    var users: [ObjectIdentifier: Int] = [:]
  }

  private let state = Mutex(State())

  /// The session there is, or else a new one; to be left with ``leave(_:)``.
  func enter(_ begin: () throws -> ImportSession) throws -> ImportSession {
    if let session = current() { return session }
    let new = try begin()
    let (session, isNew) = state.withLock { state in
      let session = state.session ?? new
      state.session = session
      state.users[ObjectIdentifier(session), default: 0] += 1
      return (session, session === new)
    }
    // Another import was faster.
    if !isNew { new.staging.finish() }
    return session
  }

  private func current() -> ImportSession? {
    state.withLock { state in
      guard let session = state.session else { return nil }
      state.users[ObjectIdentifier(session), default: 0] += 1
      return session
    }
  }

  /// Ends a session when the last import leaves it.
  func leave(_ session: ImportSession) {
    let isLast = state.withLock { state in
      let left = (state.users[ObjectIdentifier(session)] ?? 1) - 1
      state.users[ObjectIdentifier(session)] = left > 0 ? left : nil
      if left <= 0, state.session === session { state.session = nil }
      return left <= 0
    }
    if isLast { session.staging.finish() }
  }

  /// Lets imports that begin now have another session, as this one counts on what is gone.
  func retire(_ session: ImportSession) {
    state.withLock { state in
      if state.session === session { state.session = nil }
    }
  }
}
