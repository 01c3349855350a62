internal import Logging
internal import Store

/// A layer that an import elsewhere is fetching, and that this one waits for.
struct ForeignLayer: Sendable {
  private let key: LayerKey
  private let session: ImportSession
  private let start = ContinuousClock.now

  init(_ key: LayerKey, session: ImportSession) {
    self.key = key
    self.session = session
  }

  /// Waits until nobody announces the layer any more: one listing of `staging/` each time it looks.
  ///
  /// - Returns: False when it took too long since this value was made, or those who announce it
  ///   have given no sign of life.
  func end() async throws -> Bool {
    let sharing = session.sharing
    var pause = sharing.firstPause
    var seen = try announcements()
    var lastSign = ContinuousClock.now
    while !seen.isEmpty {
      guard start.duration(to: .now) < sharing.patience,
        lastSign.duration(to: .now) < sharing.silence
      else {
        session.logger.info(
          "another import has been fetching a layer for too long; it is fetched here, too")
        return false
      }
      try await Task.sleep(for: min(pause, sharing.patience))
      pause = min(pause * 2, sharing.longestPause)
      let now = try announcements()
      if now != seen {
        seen = now
        lastSign = .now
      }
    }
    return true
  }

  private func announcements() throws(StoreError) -> Set<String> {
    try session.store.announcements(of: key, besides: session.staging.owner.token)
  }
}
