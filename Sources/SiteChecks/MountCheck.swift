internal import Linux

/// Who serves a mount, as far as that can be told without touching it.
enum MountServerState: Equatable {
  /// This process holds the mount's connection.
  case held(by: Int32, ServerProcess)
  /// A process that looks like the server; the kernel does not tell which mount it serves, or not
  /// this user.
  case likely(Int32)
  /// Nobody holds the connection: the server has ended.
  case nobody
  /// This user may not see who holds the connection, but no program of ours runs at all.
  case unseen
  /// This user may not see it.
  case unknown
}

/// What a server's process does.
struct ServerProcess: Equatable {
  /// Whether a signal has stopped it (SIGSTOP).
  var isStopped: Bool
  /// The processor time it has used, in clock ticks.
  var ticks: UInt64
}

/// Whether a mount is there and answers.
struct MountCheck {
  static let name = "mount"
  /// The type of every mount of Firn.
  static let type = "fuse.firn"

  var path: String
  /// Whether somebody named it, so that it should be there.
  var isExpected: Bool
  /// What is mounted there, the topmost last.
  var entries: [MountTableEntry]
  var server: MountServerState
  /// Whether requests wait and the server does not work on them; nil where that cannot be told.
  var isStuck: Bool?

  var results: [CheckResult] {
    guard let top = entries.last else { return [absent] }
    guard top.type == Self.type else {
      return [
        make(
          .problem, "something else is mounted here: \(top.source), type \(top.type)",
          "Unmount it, or mount Firn elsewhere")
      ]
    }
    return [health] + covered + propagation(top)
  }

  private var absent: CheckResult {
    isExpected
      ? make(.problem, "nothing is mounted here", "Run firn serve \(path)")
      : make(.note, "nothing is mounted here, where firn serve would do it by default", nil)
  }

  private var health: CheckResult {
    let again = "Run firn unmount \(path), then firn serve \(path)"
    switch server {
    case .nobody:
      return make(
        .problem, "the server has ended and the mount is dead: whoever looks there fails", again)
    case .unseen:
      return make(
        .problem,
        "no firn runs on this machine: the mount seems dead, and whoever looks there fails",
        "As its owner, run firn unmount \(path), then firn serve \(path)")
    case .held(let process, let state) where state.isStopped:
      return make(
        .problem, "process \(process), which serves it, is stopped: whoever looks there hangs",
        "Run kill -CONT \(process); or firn unmount \(path)")
    case .held(let process, _) where isStuck == true:
      return make(
        .problem,
        "process \(process), which serves it, answers no requests: it hangs or waits for the store",
        "See whether the store's file system answers; if it does, run firn unmount \(path) and "
          + "firn serve \(path)")
    case .held(let process, _): return make(.ok, "served by process \(process)", nil)
    case .likely(let process):
      return make(.ok, "process \(process) seems to serve it", nil)
    case .unknown:
      return make(
        .note, "it is mounted; whether its server lives, only its owner or root can see",
        "Run firn doctor as root")
    }
  }

  private var covered: [CheckResult] {
    let below = entries.dropLast().count { $0.type == Self.type }
    guard below > 0 else { return [] }
    return [
      make(
        .warning,
        "\(below) older mount\(below == 1 ? " lies" : "s lie") below it and cannot be seen",
        "When nobody uses it, run firn unmount \(path) until nothing is mounted, then firn serve")
    ]
  }

  private func propagation(_ top: MountTableEntry) -> [CheckResult] {
    guard !top.isShared else { return [] }
    return [
      CheckResult(
        "mount-propagation", of: path, .note,
        "users whose Podman runs already do not see a mount that is made here later",
        nextStep: "Before mounting, make the file system shared: mount --make-shared")
    ]
  }

  private func make(
    _ outcome: CheckOutcome, _ sentence: String, _ nextStep: String?
  ) -> CheckResult {
    CheckResult(Self.name, of: path, outcome, sentence, nextStep: nextStep)
  }
}
