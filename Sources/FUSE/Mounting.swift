internal import Glibc
internal import Linux
internal import SystemPackage

/// A FUSE mount that has just been made, before anybody serves it.
struct FreshMount: ~Copyable {
  /// The open /dev/fuse of the connection.
  let device: OwnedDescriptor
  /// The mount as the table shows it.
  let entry: MountTableEntry

  /// Hands the device on.
  consuming func intoDevice() -> OwnedDescriptor { device }
}

/// Making the mount: by mount(2) as root, through fusermount3 as a user.
///
/// libfuse could do it too, but says only on standard error why it failed.
enum Mounting {
  static func mount(at path: FilePath, _ options: MountOptions) throws(FUSEError) -> FreshMount {
    let place = try checked(path)
    let device = try geteuid() == 0 ? mountAsRoot(place, options) : mountAsUser(place, options)
    guard let entry = (try? MountTable.current())?.top(at: place), entry.isFUSE else {
      try? Mounts.detach(place)
      throw .mountFailed(path, cause: "the mount does not appear in /proc/self/mountinfo")
    }
    return FreshMount(device: device, entry: entry)
  }

  /// The mount point as the mount table shows it, when it can be one.
  private static func checked(_ path: FilePath) throws(FUSEError) -> FilePath {
    let (place, status, other) = try looked(at: path)
    if let other {
      throw .mountPointInUse(path, type: other.type, source: other.source)
    }
    guard status.kind == .directory else { throw .mountPointNotDirectory(path) }
    return place
  }

  private static func looked(
    at path: FilePath
  ) throws(FUSEError) -> (place: FilePath, status: FileStatus, mounted: MountTableEntry?) {
    do throws(SystemError) {
      let place = try Mounts.resolve(path)
      let mounted = try MountTable.current().top(at: place)
      // Attributes of a dead mount may be cached; statfs(2) always asks its server.
      if let mounted, mounted.isFUSE { _ = try fileSystemType(of: place) }
      return (place, try FileStatus(of: place), mounted)
    } catch {
      switch error.errno {
      case .noSuchFileOrDirectory: throw .mountPointMissing(path)
      case .notDirectory: throw .mountPointNotDirectory(path)
      case .socketNotConnected, .connectionAbort: throw .mountPointDead(path)
      default: throw .mountPointNotPermitted(path, cause: "\(error)")
      }
    }
  }

  private static func openDevice() throws(FUSEError) -> OwnedDescriptor {
    do throws(SystemError) {
      return try OwnedDescriptor(opening: "/dev/fuse", .readWrite)
    } catch {
      switch error.errno {
      case .permissionDenied, .notPermitted: throw .deviceNotPermitted(error)
      default: throw .deviceMissing(error)
      }
    }
  }
}

// MARK: - Root

extension Mounting {
  private static func mountAsRoot(
    _ place: FilePath, _ options: MountOptions
  ) throws(FUSEError) -> OwnedDescriptor {
    let device = try openDevice()
    var data = "fd=\(device.rawValue),rootmode=40000,user_id=\(getuid()),group_id=\(getgid())"
    if options.defaultPermissions { data += ",default_permissions" }
    if options.allowOther { data += ",allow_other" }
    var flags: Mounts.Flags = []
    if options.readOnly { flags.insert(.readOnly) }
    if options.noSetuid { flags.insert(.noSetuid) }
    if options.noDevices { flags.insert(.noDevices) }
    do throws(SystemError) {
      try Mounts.mount(
        options.fileSystemName, at: place, type: "fuse.\(options.subtype)", flags, data: data)
    } catch {
      switch error.errno {
      case Errno(rawValue: ENODEV): throw .deviceMissing(error)
      case .notPermitted, .permissionDenied:
        throw .mountPointNotPermitted(place, cause: "\(error); CAP_SYS_ADMIN is needed")
      default: throw .mountFailed(place, cause: "\(error)")
      }
    }
    return device
  }
}

// MARK: - Users

extension Mounting {
  private static func mountAsUser(
    _ place: FilePath, _ options: MountOptions
  ) throws(FUSEError) -> OwnedDescriptor {
    _ = try openDevice()
    let output: String
    do throws(SystemError) {
      let sockets = try SocketPair()
      let program = try ChildProcess(
        running: "fusermount3", ["-o", list(options), "--", place.string],
        environment: ["_FUSE_COMMFD=3"], passing: sockets.far.rawValue)
      sockets.endFar()
      if program.exitStatus == 0 { return try OwnedDescriptor(receivedFrom: sockets.near) }
      output = program.output
    } catch {
      if error.call == "posix_spawn", error.errno == .noSuchFileOrDirectory {
        throw .programMissing
      }
      throw .mountFailed(place, cause: "\(error)")
    }
    throw refusal(place, output)
  }

  /// What fusermount3 means by what it printed.
  private static func refusal(_ place: FilePath, _ output: String) -> FUSEError {
    let cause = output.split(separator: "\n").last.map(String.init) ?? "fusermount3 failed"
    if output.contains("user_allow_other") { return .allowOtherRefused }
    if output.contains("user has no write access") || output.contains("not owned by user") {
      return .mountPointNotPermitted(place, cause: cause)
    }
    return .mountFailed(place, cause: cause)
  }

  /// The options as fusermount3 takes them, commas and backslashes in names escaped.
  private static func list(_ options: MountOptions) -> String {
    func escaped(_ name: String) -> String {
      name.reduce(into: "") { $0 += $1 == "," || $1 == "\\" ? "\\\($1)" : "\($1)" }
    }
    var words = [options.readOnly ? "ro" : "rw", "nosuid", "nodev"]
    if options.defaultPermissions { words.append("default_permissions") }
    if options.allowOther { words.append("allow_other") }
    words.append("fsname=\(escaped(options.fileSystemName))")
    words.append("subtype=\(escaped(options.subtype))")
    return words.joined(separator: ",")
  }
}
