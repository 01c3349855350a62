internal import FoundationEssentials
public import Linux
public import SystemPackage

/// Asks servers how they are, without touching any mount: one that hangs holds up nobody.
public struct StatusQuery: Sendable {
  /// How long a server may take, in seconds.
  public static let patience: Double = 3
  private static let largestAnswer = 4 << 20

  private let places: [StatusPlace]
  private let seconds: Double

  /// Asks the servers whose sockets are in some places.
  public init(in places: [StatusPlace] = StatusPlace.all, within seconds: Double = patience) {
    self.places = places
    self.seconds = seconds
  }

  /// The mounts that may have a server: those of Firn that this process sees.
  public static func mounts() throws(SystemError) -> [MountTableEntry] {
    try MountTable.current().entries.filter { $0.type == "fuse.firn" }
  }

  /// Asks the server of a mount.
  ///
  /// - Parameter path: The mount point, as the user names it.
  public func ask(_ path: FilePath) throws(StatusError) -> ServerStatus {
    guard let place = try? Mounts.resolve(path),
      let mount = (try? MountTable.current())?.top(at: place), mount.type == "fuse.firn"
    else { throw .notMounted(path) }
    return try ask(mount)
  }

  /// Asks the server of a mount.
  public func ask(_ mount: MountTableEntry) throws(StatusError) -> ServerStatus {
    var failure = StatusError.notReachable(mount.mountPoint)
    // A killed server of another user may have left a socket of the same number.
    for place in places where place.owner == mount.fuseUser && place.isTrusted {
      do throws(StatusError) {
        return try ask(mount.device, in: place, as: mount.mountPoint)
      } catch {
        guard case .notReachable = error else {
          failure = error
          continue
        }
      }
    }
    throw failure
  }

  /// Asks all servers that have sockets, also those whose mounts this process does not see; those
  /// that have been killed, and whose mounts are gone, are left out.
  public func askAll() -> [Result<ServerStatus, StatusError>] {
    let mounts = (try? Self.mounts()) ?? []
    return places.flatMap { place in place.devices().map { (place, $0) } }.compactMap {
      (place, device) in
      let mount = mounts.last { $0.device == device && $0.fuseUser == place.owner }
      let parts = deviceParts(device)
      let name = mount?.mountPoint ?? FilePath("device \(parts.major):\(parts.minor)")
      do throws(StatusError) {
        return .success(try ask(device, in: place, as: name))
      } catch {
        if mount == nil, case .gone = error { return nil }
        return .failure(error)
      }
    }
  }

  private func ask(
    _ device: UInt64, in place: StatusPlace, as name: FilePath
  ) throws(StatusError) -> ServerStatus {
    let bytes: [UInt8]
    do throws(SystemError) {
      let socket = try OwnedDescriptor(
        connectingTo: place.socket(ofDevice: device), within: seconds)
      bytes = try socket.readToEnd(limit: Self.largestAnswer, within: seconds)
    } catch {
      switch error.errno {
      case .noSuchFileOrDirectory, .permissionDenied, .notDirectory: throw .notReachable(name)
      case .connectionRefused: throw .gone(name)
      default: throw .noAnswer(name)
      }
    }
    guard let status = Self.decode(bytes) else { throw .notUnderstood(name) }
    return status
  }

  static func decode(_ bytes: [UInt8]) -> ServerStatus? {
    let status = try? JSONDecoder().decode(ServerStatus.self, from: Data(bytes))
    return status?.format == ServerStatus.currentFormat ? status : nil
  }
}

extension MountTableEntry {
  /// The user who made a FUSE mount, by the numbers of that user's namespace.
  var fuseUser: UInt32? {
    fileSystemOptions.first { $0.hasPrefix("user_id=") }
      .flatMap { UInt32($0.dropFirst("user_id=".count)) }
  }
}
