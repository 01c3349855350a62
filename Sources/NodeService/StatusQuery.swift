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
    try ask(deviceNumber(major: mount.major, minor: mount.minor), mount.mountPoint)
  }

  /// Asks all servers that have sockets, also those whose mounts this process does not see; those
  /// that have been killed are left out.
  public func askAll() -> [Result<ServerStatus, StatusError>] {
    var seen: Set<UInt64> = []
    let devices = places.flatMap { $0.devices() }.filter { seen.insert($0).inserted }
    return devices.compactMap { device in
      let parts = deviceParts(device)
      let path = (try? Self.mounts())?.last { ($0.major, $0.minor) == parts }?.mountPoint
      do throws(StatusError) {
        return .success(try ask(device, path ?? FilePath("device \(parts.major):\(parts.minor)")))
      } catch {
        if path == nil, case .gone = error { return nil }
        return .failure(error)
      }
    }
  }

  private func ask(_ device: UInt64, _ name: FilePath) throws(StatusError) -> ServerStatus {
    var failure = StatusError.notReachable(name)
    for place in places where place.isTrusted {
      let bytes: [UInt8]
      do throws(SystemError) {
        let socket = try OwnedDescriptor(
          connectingTo: place.socket(ofDevice: device), within: seconds)
        bytes = try socket.readToEnd(limit: Self.largestAnswer, within: seconds)
      } catch {
        switch error.errno {
        case .noSuchFileOrDirectory, .permissionDenied, .notDirectory: continue
        case .connectionRefused: failure = .gone(name)
        default: failure = .noAnswer(name)
        }
        continue
      }
      guard let status = Self.decode(bytes) else { throw .notUnderstood(name) }
      return status
    }
    throw failure
  }

  static func decode(_ bytes: [UInt8]) -> ServerStatus? {
    let status = try? JSONDecoder().decode(ServerStatus.self, from: Data(bytes))
    return status?.format == ServerStatus.currentFormat ? status : nil
  }
}
