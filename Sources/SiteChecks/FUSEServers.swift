internal import Linux
internal import SystemPackage

/// Finds the process that serves a FUSE mount, in a /proc.
///
/// Never reads what waits for the memory of a process that hangs (such as its command line) unless
/// that process is called like our programs.
struct FUSEServers {
  /// The names of our programs as the kernel has them.
  static let programs: Set<String> = ["firn", "firn-node"]
  /// Linux 6.17 and newer tell which connection a descriptor of /dev/fuse has.
  static let tellsConnections = KernelCheck.Version(6, 17)

  var proc: FilePath = "/proc"
  /// The names in a directory.
  var list: (FilePath) throws(SystemError) -> [String] = { path throws(SystemError) in
    try Paths.list(path)
  }

  /// What a process has open.
  private enum Holding {
    case connection, unknownConnection, nothing, hidden
  }

  /// Who serves a mount.
  ///
  /// - Parameters:
  ///   - connection: The minor number of the mount's device.
  ///   - mountPoint: Where it is mounted, for kernels that do not tell connections.
  func server(ofConnection connection: UInt32, at mountPoint: String) -> MountServerState {
    var connected: [Int32] = []
    var holders: [Int32] = []
    var hidden: [Int32] = []
    let processes = ((try? list(proc)) ?? []).compactMap { Int32($0) }
    for process in processes {
      switch holding(process, connection) {
      case .connection: connected.append(process)
      case .unknownConnection: holders.append(process)
      case .hidden: hidden.append(process)
      case .nothing: continue
      }
    }
    if let process = answering(connected) {
      return state(of: process).map { .held(by: process, $0) } ?? .nobody
    }
    if let named = answering((holders + hidden).filter({ serves($0, mountPoint) })) {
      return .likely(named)
    }
    guard holders.isEmpty, seesAll, processes.contains(1) else { return .unknown }
    if hidden.isEmpty { return .nobody }
    return hidden.contains { isOurs($0) } ? .unknown : .unseen
  }

  /// Of several processes that hold a connection, the one that answers requests: a supervisor holds
  /// it too, and is the parent.
  private func answering(_ processes: [Int32]) -> Int32? {
    processes.first { process in
      fields(of: process).flatMap { Int32($0[1]) }.map { processes.contains($0) } ?? false
    } ?? processes.first
  }

  /// Whether processes of the whole machine are seen, not those of a container
  /// (pid_namespaces(7)): the first namespace has a number that never changes.
  private var seesAll: Bool {
    let namespace = try? Paths.linkTarget(proc.appending("self").appending("ns").appending("pid"))
    return namespace == "pid:[4026531836]"
  }

  /// What `stat` says of a process (proc_pid_stat(5)); nil when there is none.
  func state(of process: Int32) -> ServerProcess? {
    guard let fields = fields(of: process), let user = UInt64(fields[11]),
      let system = UInt64(fields[12])
    else {
      return nil
    }
    let (ticks, overflow) = user.addingReportingOverflow(system)
    return ServerProcess(
      isStopped: fields[0] == "T" || fields[0] == "t", ticks: overflow ? .max : ticks)
  }

  /// What follows the command in `stat`, from the state on.
  private func fields(of process: Int32) -> [Substring]? {
    guard let text = try? readText(proc.appending("\(process)").appending("stat")),
      let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.count > 12 ? fields : nil
  }

  private func holding(_ process: Int32, _ connection: UInt32) -> Holding {
    let directory = proc.appending("\(process)")
    do throws(SystemError) {
      // The first thread of a process may have ended before the others, and has nothing open then.
      var place = directory
      var numbers = try list(place.appending("fd"))
      if numbers.isEmpty, let thread = try list(directory.appending("task")).last {
        place = directory.appending("task").appending(thread)
        numbers = try list(place.appending("fd"))
      }
      return holding(numbers, in: place, connection)
    } catch {
      return error.errno == .permissionDenied || error.errno == .notPermitted ? .hidden : .nothing
    }
  }

  private func holding(_ numbers: [String], in place: FilePath, _ connection: UInt32) -> Holding {
    var result = Holding.nothing
    for number in numbers {
      guard let target = try? Paths.linkTarget(place.appending("fd").appending(number)),
        target == "/dev/fuse"
      else { continue }
      let text = (try? readText(place.appending("fdinfo").appending(number))) ?? ""
      switch Self.connection(text) {
      case connection?: return .connection
      case nil where !kernelTells: result = .unknownConnection
      default: continue
      }
    }
    return result
  }

  /// The connection in the text of a file in `fdinfo`.
  static func connection(_ text: String) -> UInt32? {
    for line in text.split(separator: "\n") {
      let words = line.split(whereSeparator: { $0 == ":" || $0.isWhitespace })
      if words.count == 2, words[0] == "fuse_connection" { return UInt32(words[1]) }
    }
    return nil
  }

  private var kernelTells: Bool {
    let release = try? readText(proc.appending("sys/kernel/osrelease"))
    guard let version = release.flatMap({ KernelCheck.Version(release: $0) }) else { return false }
    return version >= Self.tellsConnections
  }

  /// Whether a process is one of our programs and its command line tells of serving this mount, or
  /// of serving without telling where.
  private func serves(_ process: Int32, _ mountPoint: String) -> Bool {
    guard isOurs(process),
      let line = try? readBytes(proc.appending("\(process)").appending("cmdline"))
    else { return false }
    let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    guard words.contains("serve") || words.contains("mount") else { return false }
    let places = words.dropFirst().filter { $0.contains("/") }
    return places.isEmpty || places.contains { FilePath($0) == FilePath(mountPoint) }
  }

  /// Whether a process is called like one of our programs.
  private func isOurs(_ process: Int32) -> Bool {
    let name = try? readText(proc.appending("\(process)").appending("comm"))
    return name.map { Self.programs.contains(String($0.prefix { $0 != "\n" })) } ?? false
  }
}
