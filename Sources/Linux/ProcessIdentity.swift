internal import Glibc
internal import SystemPackage

/// A process among all that ever ran on any host, so that another can tell whether it is gone.
public struct ProcessIdentity: Hashable, Sendable {
  /// The boot of the kernel it runs on: 32 hexadecimal digits (/proc/sys/kernel/random/boot_id).
  public var boot: String
  /// The inode number of its pid namespace (pid_namespaces(7)).
  public var pidNamespace: UInt64
  /// Its id in that namespace.
  public var pid: Int32
  /// When it started, in clock ticks since the boot (proc(5), `starttime`).
  public var startTime: UInt64

  /// Makes an identity from its parts.
  public init(boot: String, pidNamespace: UInt64, pid: Int32, startTime: UInt64) {
    self.boot = boot
    self.pidNamespace = pidNamespace
    self.pid = pid
    self.startTime = startTime
  }

  /// This process; what /proc does not tell is 0 or empty, and such an identity is never dead.
  public static func current() -> ProcessIdentity {
    let pid = getpid()
    return ProcessIdentity(
      boot: currentBoot(), pidNamespace: currentNamespace(), pid: pid,
      startTime: status(of: pid)?.startTime ?? 0)
  }

  /// Whether the process is known to have ended: it ran in this boot and pid namespace, and no
  /// process has its id, or one that started at another time, or one that only awaits wait(2).
  ///
  /// False where this host cannot tell, as for a process of another host.
  public var isKnownDead: Bool {
    let here = ProcessIdentity.current()
    guard !boot.isEmpty, boot == here.boot, pidNamespace != 0, pidNamespace == here.pidNamespace,
      pid > 0
    else { return false }
    if kill(pid, 0) != 0, Errno.current == .noSuchProcess { return true }
    guard let now = Self.status(of: pid) else { return false }
    return now.isOver || (startTime != 0 && now.startTime != startTime)
  }

  private static func currentBoot() -> String {
    guard let text = contents("/proc/sys/kernel/random/boot_id") else { return "" }
    return text.filter { $0.isASCII && $0.isHexDigit }
  }

  private static func currentNamespace() -> UInt64 {
    (try? FileStatus(of: "/proc/self/ns/pid").inode) ?? 0
  }

  /// Fields 3, 20 and 22 of /proc/PID/stat, counted from behind the command's closing parenthesis.
  ///
  /// A process that nobody has waited for yet is over. One whose first thread alone has ended is
  /// shown in the same state, but has more threads; Swift's asynchronous main functions do that.
  private static func status(of pid: Int32) -> (isOver: Bool, startTime: UInt64)? {
    guard let text = contents(FilePath("/proc/\(pid)/stat")), let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let startTime = UInt64(fields[19]) else { return nil }
    let hasThreads = Int(fields[17]).map { $0 > 1 } ?? true
    return (["Z", "X", "x"].contains(fields[0]) && !hasThreads, startTime)
  }

  private static func contents(_ path: FilePath) -> String? {
    guard let file = try? OwnedDescriptor(opening: path),
      let bytes = try? file.readBytes(at: 0, count: 4096)
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The name of this host (gethostname(2)); empty if it has none.
public func hostName() -> String {
  var buffer = [CChar](repeating: 0, count: 256)
  guard gethostname(&buffer, 255) == 0 else { return "" }
  return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// The number of this process (getpid(2)).
public func processIdentifier() -> Int32 { getpid() }
