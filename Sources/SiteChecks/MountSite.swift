internal import Linux
public import SystemPackage

/// A mount of Firn as it is found, without ever touching it.
///
/// Everything comes from /proc and /sys: nothing at or below the mount point is asked about, because
/// a dead or stopped server would hang whoever asks.
public struct MountSite: Sendable {
  private let path: FilePath
  private let isExpected: Bool
  private let connections: FilePath

  /// How often, and how long in between, a server with waiting requests is looked at.
  static let looks = 10
  static let pause = 200

  /// Names a mount point.
  ///
  /// - Parameters:
  ///   - isExpected: Whether it is a problem that nothing is mounted there.
  ///   - connections: Where fusectl(5) is mounted.
  public init(
    _ path: FilePath, isExpected: Bool, connections: FilePath = "/sys/fs/fuse/connections"
  ) {
    self.path = path
    self.isExpected = isExpected
    self.connections = connections
  }

  /// Makes the checks; takes some seconds where requests wait.
  public func check() -> [CheckResult] {
    do throws(SystemError) {
      let table = try MountTable.current()
      let place = MountPath.resolve(
        path, in: table, from: try Paths.linkTarget("/proc/self/cwd"),
        link: { try? Paths.linkTarget($0) })
      let entries = table.entries.filter { $0.mountPoint == place }
      var check = MountCheck(
        path: place.string, isExpected: isExpected, entries: entries, server: .unknown)
      if let top = entries.last, top.type == MountCheck.type {
        check.server = FUSEServers().server(ofConnection: top.minor, at: place.string)
        check.isStuck = isStuck(check.server, top.minor)
      }
      return check.results
    } catch {
      return [
        CheckResult(
          MountCheck.name, of: path.string, .problem, "the mounts cannot be listed: \(error)",
          nextStep: "Mount /proc")
      ]
    }
  }

  private func isStuck(_ server: MountServerState, _ connection: UInt32) -> Bool? {
    guard case .held(let process, let before) = server, !before.isStopped else { return nil }
    for look in 0..<Self.looks {
      guard let waiting = waiting(connection) else { return nil }
      if waiting == 0 { return false }
      if look < Self.looks - 1 { WallClock.pause(milliseconds: Self.pause) }
    }
    return FUSEServers().state(of: process)?.ticks == before.ticks
  }

  /// How many requests wait for their answers; nil where that cannot be read.
  private func waiting(_ connection: UInt32) -> UInt64? {
    let file = connections.appending("\(connection)").appending("waiting")
    return (try? readText(file))?.split(separator: "\n").first.flatMap { UInt64($0) }
  }
}
