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
    let token = owner.token
    guard try store.announcements(of: key, besides: token).isEmpty else { return false }
    try place(key)
    // Of several that found nobody, one goes on.
    let others = try store.announcements(of: key, besides: token)
      .compactMap { LayerAnnouncement(name: $0)?.token.rawValue }
    guard others.allSatisfy({ token.rawValue < $0 }) else {
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

  /// Gives an announcement another number, by which others see that its writer lives.
  ///
  /// One that was withdrawn meanwhile is not made again.
  public func renew(_ key: LayerKey) throws(StoreError) {
    guard let (old, new) = renumbered(key) else { return }
    do throws(SystemError) {
      try store.directory.rename(old, to: new)
    } catch {
      guard error.errno == .noSuchFileOrDirectory else { throw .system(error) }
    }
    if !settle(key, old, new) { discard(new) }
  }
}

extension Store {
  /// The names of the announcements of a layer by living writers, as `staging/` says: one listing.
  ///
  /// They change from time to time as long as the writers live.
  ///
  /// - Parameter token: Whose own are left out.
  public func announcements(
    of key: LayerKey, besides token: WriterToken
  ) throws(StoreError) -> Set<String> {
    let names = try names(in: .staging)
    let found = names.compactMap { LayerAnnouncement(name: $0) }
      .filter { $0.key == key && $0.token != token }
    guard !found.isEmpty else { return [] }
    let owners = names.compactMap { StagingOwner(name: $0) }.filter { !isGone($0) }
    let living = Set(owners.map(\.token))
    return Set(found.filter { living.contains($0.token) }.map(\.name))
  }
}
