internal import Linux
internal import Synchronization
internal import SystemPackage

/// What one command is writing to the store before it is seen.
///
/// Files are staged under a temporary name in the directory they are meant for, so that they get
/// that directory's layout, and are linked to their name when they are complete and durable. A file
/// in `staging/` says who owns them and until when. Ending the area, or losing the last reference
/// to it, removes what was not linked; after a crash a later command does. Thread-safe.
public final class StagingArea: Sendable {
  private struct State {
    var next = 0
    var temporaries: Set<StorePath> = []
    var announcements: [LayerKey: StorePath] = [:]
    var isFinished = false
  }

  /// The store that is written to.
  public let store: Store
  /// Who owns the area.
  public let owner: StagingOwner
  private let state = Mutex(State())

  init(store: Store, owner: StagingOwner) {
    self.store = store
    self.owner = owner
  }

  deinit { finish() }

  /// Removes what was staged and not linked, then the owner's file; safe to call again.
  ///
  /// What cannot be removed is left to a later command.
  public func finish() {
    let left: [StorePath]? = state.withLock { state in
      guard !state.isFinished else { return nil }
      state.isFinished = true
      return state.temporaries.sorted { $0.name < $1.name }
    }
    guard let left else { return }
    let isClean = left.allSatisfy { remove($0) }
    if isClean { _ = remove(StorePath(.staging, owner.name)) }
  }

  private func remove(_ path: StorePath) -> Bool {
    do throws(SystemError) {
      try store.directory.unlink(path)
      return true
    } catch {
      return error.errno == .noSuchFileOrDirectory
    }
  }

  /// Throws `stagingCleared` when the area's time is over or others have cleared it: what it
  /// linked may be removed as rubbish, so nothing may be published that counts on it.
  func requireOwnership() throws(StoreError) {
    let path = StorePath(.staging, owner.name)
    guard store.surroundings.now() <= owner.expires else { throw .stagingCleared(path) }
    do throws(SystemError) {
      _ = try store.directory.open(path)
    } catch {
      guard error.errno == .noSuchFileOrDirectory else { throw .system(error) }
      throw .stagingCleared(path)
    }
  }

  /// Creates a file to be linked in an area.
  ///
  /// After an error the file may be there all the same, so the area still removes it at its end.
  func create(in area: StoreArea) throws(StoreError) -> StagedFile {
    let path = state.withLock { state in
      state.next += 1
      let path = StorePath(area, owner.temporaryName(state.next))
      state.temporaries.insert(path)
      return path
    }
    do throws(SystemError) {
      return StagedFile(path: path, writer: try store.directory.create(path))
    } catch {
      throw .system(error)
    }
  }

  /// Removes a staged file that is not wanted any more.
  func discard(_ file: StagedFile) { discard(file.path) }

  /// Removes a staged file by its temporary name.
  func discard(_ temporary: StorePath) {
    if remove(temporary) { forget(temporary) }
  }

  /// Removes a staged file because its name is taken by one that is as good, and makes that name
  /// durable: whoever linked it may not have come to that.
  func discard(_ file: StagedFile, inFavourOf name: StorePath) throws(StoreError) {
    do throws(SystemError) {
      try store.directory.synchronize(name.area)
    } catch {
      throw .system(error)
    }
    discard(file)
  }

  /// The path of the announcement of a layer, to be removed at the area's end.
  func announced(_ key: LayerKey) -> StorePath {
    state.withLock { state in
      if let path = state.announcements[key] { return path }
      state.next += 1
      let announcement = LayerAnnouncement(token: owner.token, number: state.next, key: key)
      let path = StorePath(.staging, announcement.name)
      state.announcements[key] = path
      state.temporaries.insert(path)
      return path
    }
  }

  /// The present path of an announcement and its next; nil where there is none any more.
  func renumbered(_ key: LayerKey) -> (old: StorePath, new: StorePath)? {
    state.withLock { state in
      guard let old = state.announcements[key] else { return nil }
      state.next += 1
      let announcement = LayerAnnouncement(token: owner.token, number: state.next, key: key)
      let new = StorePath(.staging, announcement.name)
      state.temporaries.insert(new)
      return (old, new)
    }
  }

  /// Notes that an announcement has its next path; false where it was withdrawn meanwhile.
  func settle(_ key: LayerKey, _ old: StorePath, _ new: StorePath) -> Bool {
    state.withLock { state in
      guard !state.isFinished, state.announcements[key] == old else { return false }
      state.announcements[key] = new
      state.temporaries.remove(old)
      return true
    }
  }

  /// Takes back an announcement; one that was never made is fine.
  public func withdraw(_ key: LayerKey) {
    guard let path = state.withLock({ $0.announcements.removeValue(forKey: key) }) else { return }
    discard(path)
  }

  private func forget(_ path: StorePath) {
    _ = state.withLock { $0.temporaries.remove(path) }
  }

  /// Makes a staged file durable and gives it its name.
  ///
  /// - Returns: False, with the file still staged, when the name is taken.
  func link(_ file: StagedFile, as name: StorePath) throws(StoreError) -> Bool {
    do throws(SystemError) {
      try file.writer.synchronize()
      try store.directory.link(file.path, to: name)
      try store.directory.synchronize(name.area)
    } catch {
      if error.call != "fsync", error.errno == .fileExists { return false }
      throw Self.linkError(error, of: file.path)
    }
    discard(file)
    return true
  }

  /// Makes a staged file durable and lets it take the place of what has the name.
  func replace(_ name: StorePath, with file: StagedFile) throws(StoreError) {
    do throws(SystemError) {
      try file.writer.synchronize()
      try store.directory.rename(file.path, to: name)
      try store.directory.synchronize(name.area)
    } catch {
      throw Self.linkError(error, of: file.path)
    }
    forget(file.path)
  }

  private static func linkError(_ error: SystemError, of path: StorePath) -> StoreError {
    switch (error.call, error.errno) {
    case ("link", .notPermitted), ("link", .notSupported), ("link", .noFunction),
      ("link", .tooManyLinks), ("link", .improperLink):
      .linkRefused(error)
    case ("link", .noSuchFileOrDirectory), ("rename", .noSuchFileOrDirectory):
      .stagingCleared(path)
    default: .system(error)
    }
  }
}

/// A file that is being staged.
struct StagedFile: Sendable {
  /// Its temporary name.
  var path: StorePath
  var writer: any StoreFileWriter
}
