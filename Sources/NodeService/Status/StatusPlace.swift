internal import Linux
public import SystemPackage

/// The directories that hold the sockets of servers, one for each mount (firn-status(1), "FILES").
///
/// A mount is known by the number of its device, which is the same in every mount namespace and is
/// found from the mount point without touching it.
public struct StatusPlace: Hashable, Sendable {
  /// The directory.
  public let directory: FilePath
  /// The user whose directory it has to be.
  let owner: UInt32

  private static let name = "firn-servers"

  init(_ directory: FilePath, owner: UInt32) {
    self.directory = directory
    self.owner = owner
  }

  /// Where the servers of root are: everybody may ask them.
  static let root = StatusPlace("/run/firn-servers", owner: 0)

  /// Where servers of a user may be, the best place first.
  ///
  /// - Parameters:
  ///   - user: The user's number here.
  ///   - hostUser: The number outside of all user namespaces.
  ///   - runtime: `XDG_RUNTIME_DIR`.
  static func places(user: UInt32, hostUser: UInt32, runtime: String?) -> [StatusPlace] {
    if hostUser == 0 { return [root] }
    var directories = [FilePath("/run/user/\(hostUser)").appending(name)]
    if let runtime, runtime.hasPrefix("/") {
      directories.insert(FilePath(runtime).appending(name), at: 0)
    }
    directories.append(FilePath("/tmp").appending("\(name)-\(hostUser)"))
    var seen: Set<FilePath> = []
    return directories.filter { seen.insert($0).inserted }.map { StatusPlace($0, owner: user) }
  }

  /// Where this process, as a server, may have its socket.
  static var own: [StatusPlace] {
    let user = effectiveUser()
    return places(
      user: user, hostUser: NamespaceIDs.current().host(user),
      runtime: environmentVariable("XDG_RUNTIME_DIR"))
  }

  /// Where servers are that this process may ask: root's and its user's; for root everybody's.
  public static var all: [StatusPlace] {
    let own = own
    guard own == [root] else { return own + [root] }
    let users = ((try? Paths.list("/run/user")) ?? []).compactMap { name in
      UInt32(name).map { StatusPlace(FilePath("/run/user/\(name)/\(Self.name)"), owner: $0) }
    }
    let others = ((try? Paths.list("/tmp")) ?? []).compactMap { name -> StatusPlace? in
      guard name.hasPrefix("\(Self.name)-") else { return nil }
      return UInt32(name.dropFirst(Self.name.count + 1)).map {
        StatusPlace(FilePath("/tmp").appending(name), owner: $0)
      }
    }
    return [root] + users + others
  }

  /// The socket of a mount.
  func socket(ofDevice device: UInt64) -> FilePath {
    let parts = deviceParts(device)
    return directory.appending("\(parts.major)-\(parts.minor)")
  }

  /// The devices of mounts whose sockets are here; none where the directory is not its owner's.
  func devices() -> [UInt64] {
    guard isTrusted else { return [] }
    return ((try? Paths.list(directory)) ?? []).compactMap { name in
      let parts = name.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 2, let major = UInt32(parts[0]), let minor = UInt32(parts[1])
      else { return nil }
      return deviceNumber(major: major, minor: minor)
    }
  }

  /// Whether nobody but the owner can have put something here.
  var isTrusted: Bool {
    guard let status = try? FileStatus(of: directory, followingLinks: false) else { return false }
    return status.kind == .directory && status.uid == owner && status.mode & 0o022 == 0
  }

  /// Makes the directory if it is not there: for root so that everybody may look into it, otherwise
  /// for the user alone.
  ///
  /// - Throws: `EPERM` when it is not the owner's own.
  func prepare() throws(SystemError) {
    do throws(SystemError) {
      try Paths.makeDirectory(directory, mode: self == .root ? 0o755 : 0o700)
    } catch {
      guard error.errno == .fileExists else { throw error }
    }
    guard isTrusted else { throw SystemError("stat", directory, .notPermitted) }
  }
}
