extension ServerStatus {
  /// For how long a loss is a problem, in seconds: until somebody has seen it.
  static let lossMemory: Int64 = 86_400

  /// Finds out what is not as it should be.
  ///
  /// - Parameter now: Seconds since the epoch.
  func foundProblems(at now: Int64) -> [String] {
    stores.flatMap { store in
      Self.hung(store) + Self.unreadable(store) + Self.lost(store, now)
        + Self.withoutLease(store) + Self.unshown(store)
    }
  }

  private static func hung(_ store: StoreStatus) -> [String] {
    guard let longest = store.hung.map(\.seconds).max() else { return [] }
    let count = store.hung.count
    let what = count == 1 ? "an operation on it has" : "\(count) operations on it have"
    return ["\(store.directory) hangs: \(what) been waited for, up to \(Int(longest)) s"]
  }

  private static func unreadable(_ store: StoreStatus) -> [String] {
    switch store.state {
    case .shown: []
    case .waiting: ["\(store.directory) has not been read yet"]
    case .failing: ["\(store.directory) cannot be read: \(store.reason ?? "it is not known why")"]
    }
  }

  private static func lost(_ store: StoreStatus, _ now: Int64) -> [String] {
    guard let time = store.lastLossAt, now - time < lossMemory, let last = store.lastLoss
    else { return [] }
    return [
      "\(store.directory) has blocks or images that cannot be read, last at \(last): "
        + "see the log, and firn fsck --data"
    ]
  }

  private static func withoutLease(_ store: StoreStatus) -> [String] {
    guard store.lease?.state == .failing else { return [] }
    let until = store.lease?.expires.map { "the one there is ends at \($0)" } ?? "there is none"
    return ["the lease on \(store.directory) cannot be taken or renewed; \(until)"]
  }

  private static func unshown(_ store: StoreStatus) -> [String] {
    guard store.unshown > 0 else { return [] }
    return ["\(store.unshown) of \(store.images) images of \(store.directory) cannot be shown"]
  }
}
