internal import AdditionalImageStore
internal import Linux
public import SystemPackage

/// This machine as the asking user finds it.
public struct HostSite: Sendable {
  private let mount: FilePath

  /// Asks about everything but stores and mounts.
  ///
  /// - Parameter mount: Where Podman should find Firn's images.
  public init(mount: FilePath) { self.mount = mount }

  private var uid: UInt32 { effectiveUser() }
  private var isRoot: Bool { uid == 0 }

  /// Makes all checks; never touches the mount.
  ///
  /// It runs small programs: call it in a process that somebody else watches.
  public func check() -> [CheckResult] {
    [KernelCheck(release: Self.setting("kernel/osrelease") ?? "").result, userNamespaces, device]
      + PrivilegedProgramCheck.Program.allCases.map {
        PrivilegedProgramCheck(program: $0, found: Self.privileged($0.rawValue)).result
      }
      + [AllowOtherCheck(configuration: try? readText("/etc/fuse.conf")).result]
      + subordinates + PodmanSite(mount: mount).check()
  }

  private var userNamespaces: CheckResult {
    UserNamespaceCheck(
      limit: Self.setting("user/max_user_namespaces").flatMap { UInt64($0) },
      mayClone: Self.setting("kernel/unprivileged_userns_clone").map { $0 != "0" },
      isRestricted: Self.setting("kernel/apparmor_restrict_unprivileged_userns").map { $0 != "0" }
    ).result
  }

  private var device: CheckResult {
    do throws(SystemError) {
      _ = try OwnedDescriptor(opening: "/dev/fuse", .readWrite)
      return DeviceCheck(refusal: nil, isRoot: isRoot).result
    } catch {
      return DeviceCheck(refusal: error.errno, isRoot: isRoot).result
    }
  }

  private var subordinates: [CheckResult] {
    let name = UserAccount(uid: uid)?.name
    return SubordinateIDCheck.Kind.allCases.map { kind in
      let text = (try? readText(FilePath("/etc/\(kind.rawValue)"))) ?? ""
      return SubordinateIDCheck(
        kind: kind, user: name ?? "\(uid)", isRoot: isRoot,
        file: SubordinateIDs(parsing: text).ranges(name: name, uid: uid),
        system: name.flatMap { Self.getsubids($0, kind) }
      ).result
    }
  }

  private static func getsubids(
    _ name: String, _ kind: SubordinateIDCheck.Kind
  ) -> [SubordinateIDs.Range]? {
    let arguments = kind == .subgid ? ["-g", name] : [name]
    guard let process = try? LimitedProcess(running: "getsubids", arguments, within: 5),
      process.exitStatus == 0
    else { return nil }
    return SubordinateIDCheck.ranges(printed: String(decoding: process.output, as: UTF8.self))
  }

  /// A kernel setting, see sysctl(8); nil where there is none.
  private static func setting(_ name: String) -> String? {
    (try? readText(FilePath("/proc/sys/\(name)")))?.split(separator: "\n").first.map(String.init)
  }

  private static func privileged(_ program: String) -> PrivilegedProgramCheck.Found? {
    guard let path = ProgramPath.find(program), let status = try? FileStatus(of: path) else {
      return nil
    }
    let capabilities = try? OwnedDescriptor(opening: path).attribute("security.capability")
    return PrivilegedProgramCheck.Found(
      path: path.string, isSetuidRoot: status.uid == 0 && status.mode & 0o4000 != 0,
      hasCapabilities: capabilities != nil)
  }
}

/// Finds programs.
enum ProgramPath {
  /// Where Podman and Firn look besides `PATH`.
  private static let usual = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/bin"]

  /// The file of a program, in `PATH`, the usual directories or others.
  static func find(_ name: String, also others: [String] = []) -> FilePath? {
    let path = (environmentVariable("PATH") ?? "").split(separator: ":").map(String.init)
    return (path + usual + others).filter { $0.hasPrefix("/") }
      .map { FilePath($0).appending(name) }
      .first { file in
        guard let status = try? FileStatus(of: file) else { return false }
        return status.kind == .regular && status.mode & 0o111 != 0
      }
  }
}
