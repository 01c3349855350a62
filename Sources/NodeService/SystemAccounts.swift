internal import AdditionalImageStore
public import ImageTree
internal import Linux
internal import Synchronization
public import SystemPackage

/// The accounts of this machine: the user database and the files of subordinate ids.
///
/// Answers come from memory; the files are looked at again when those are some seconds old.
public final class SystemAccounts: Accounts {
  private struct State {
    var files: (users: SubordinateIDs, groups: SubordinateIDs)
    var readAt: Double
    var known: [UInt32: Identity] = [:]
  }

  /// The groups of a user, and when they were asked for.
  private struct Groups {
    let ids: Set<UInt32>
    let askedAt: Double
  }

  private let directory: FilePath
  private let lifetime: Double
  private let groupLifetime: Double
  private let ids: NamespaceIDs
  private let groups = Mutex<[UInt32: Groups]>([:])
  private let state: Mutex<State>

  /// Uses the accounts of this machine.
  ///
  /// - Parameters:
  ///   - directory: Where `subuid` and `subgid` are.
  ///   - lifetime: For how many seconds an answer holds.
  ///   - groupLifetime: For how many seconds an answer about groups holds, which may cost requests
  ///     to a directory service.
  public init(
    directory: FilePath = "/etc", lifetime: Double = 10, groupLifetime: Double = 300
  ) {
    self.directory = directory
    self.lifetime = lifetime
    self.groupLifetime = groupLifetime
    ids = NamespaceIDs.current()
    state = Mutex(State(files: Self.readFiles(directory), readAt: MonotonicClock.seconds()))
  }

  /// The identity of a user now; see ``ImageTree/Accounts``.
  ///
  /// Root, and everybody inside a user namespace, sees ids as they are in the image.
  public func identity(of uid: UInt32) -> Identity {
    let now = MonotonicClock.seconds()
    let known: Identity? = state.withLock { state in
      state.readAt + lifetime > now ? state.known[uid] : nil
    }
    if let known { return known }
    let files = files(at: now)
    let identity = self.identity(of: uid, files.users, files.groups)
    state.withLock { $0.known[uid] = identity }
    return identity
  }

  private func files(at now: Double) -> (users: SubordinateIDs, groups: SubordinateIDs) {
    let current = state.withLock { $0.readAt + lifetime > now ? $0.files : nil }
    if let current { return current }
    let read = Self.readFiles(directory)
    state.withLock { $0 = State(files: read, readAt: now) }
    return read
  }

  private func identity(
    of uid: UInt32, _ users: SubordinateIDs, _ groups: SubordinateIDs
  ) -> Identity {
    let account = UserAccount(uid: uid)
    let gid = account?.gid ?? uid
    if uid == 0 || !ids.areTheHosts { return .unshifted(uid: uid, gid: gid) }
    return .rootless(
      uid: uid, gid: gid, subordinateUsers: users.ranges(name: account?.name, uid: uid),
      subordinateGroups: groups.ranges(name: account?.name, uid: uid))
  }

  private static func readFiles(
    _ directory: FilePath
  ) -> (users: SubordinateIDs, groups: SubordinateIDs) {
    (read(directory.appending("subuid")), read(directory.appending("subgid")))
  }

  private static func read(_ path: FilePath) -> SubordinateIDs {
    SubordinateIDs(parsing: (try? readText(path)) ?? "")
  }
}

// MARK: - Whom access rules mean

extension SystemAccounts {
  /// The id of a user on the host; see ``ImageTree/Accounts``.
  public func hostUser(of uid: UInt32) -> UInt32 { ids.host(uid) }

  /// The groups of a user, asked for in the user database of the machine; see
  /// ``ImageTree/Accounts``.
  ///
  /// A user whom the database does not know any more keeps the last answer: a directory service
  /// that does not answer must not stop what is running.
  public func groups(of uid: UInt32) -> Set<UInt32> {
    let now = MonotonicClock.seconds()
    let known = groups.withLock { $0[uid] }
    if let known, known.askedAt + groupLifetime > now { return known.ids }
    let found = UserAccount(uid: hostUser(of: uid)).map { Set($0.groups) }
    let answer = Groups(ids: found ?? known?.ids ?? [], askedAt: now)
    groups.withLock { $0[uid] = answer }
    return answer.ids
  }
}
