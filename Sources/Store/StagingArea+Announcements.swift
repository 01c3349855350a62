internal import Linux
internal import SystemPackage

extension StagingArea {
  /// Says that this area's owner is fetching a layer, unless another living writer said so first.
  ///
  /// It saves others work and nothing more: nobody counts on it, and of two writers that announce
  /// a layer at the very same time both may fetch it. Two listings and one create, or one listing.
  ///
  /// - Returns: Whether the layer is this owner's to fetch, until ``withdraw(_:)`` or the area's
  ///   end.
  public func announce(_ key: LayerKey) throws(StoreError) -> Bool {
    guard try store.announcers(of: key).subtracting([owner.token]).isEmpty else { return false }
    try place(key)
    // Of several that found nobody, one goes on.
    let others = try store.announcers(of: key).subtracting([owner.token])
    guard others.allSatisfy({ owner.token.rawValue < $0.rawValue }) else {
      withdraw(key)
      return false
    }
    return true
  }

  private func place(_ key: LayerKey) throws(StoreError) {
    let path = announced(key)
    do throws(SystemError) {
      _ = try store.directory.create(path)
    } catch {
      guard error.errno == .fileExists else { throw .system(error) }
    }
  }
}

extension Store {
  /// The living writers that are fetching a layer, as `staging/` says: one listing.
  func announcers(of key: LayerKey) throws(StoreError) -> Set<WriterToken> {
    let names = try names(in: .staging)
    let tokens = names.compactMap { LayerAnnouncement(name: $0) }
      .filter { $0.key == key }.map(\.token)
    guard !tokens.isEmpty else { return [] }
    let living = names.compactMap { StagingOwner(name: $0) }.filter { !isGone($0) }
    return Set(tokens).intersection(living.map(\.token))
  }
}
