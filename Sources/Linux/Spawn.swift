internal import CLinux
internal import Glibc
internal import SystemPackage

/// What posix_spawn(3) is to start.
struct Spawn {
  var program: String
  var arguments: [String]
  /// `NAME=value` additions to this process's environment.
  var environment: [String] = []
  /// Which descriptor becomes which in the child; others are closed as they are close-on-exec.
  var descriptors: [(own: Int32, child: Int32)] = []
  /// Whether the child begins a session of its own (setsid(2)).
  var startsSession = false

  /// `POSIX_SPAWN_SETSID`, which needs `_GNU_SOURCE`.
  private static let setSession: Int16 = 0x80

  /// Starts the child; the program is looked for in `PATH`, /usr/bin and /bin unless it has a slash.
  func start() throws(SystemError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // Away from the numbers the child is to see, so that no dup2(2) overwrites a later one's source.
    var copies: [Int32] = []
    defer { for copy in copies { close(copy) } }
    for (own, child) in descriptors {
      let copy = try retrying("fcntl", nil) { fcntl(own, F_DUPFD_CLOEXEC, 16) }
      copies.append(copy)
      posix_spawn_file_actions_adddup2(&actions, copy, child)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    let session = startsSession ? Self.setSession : 0
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | session)

    var argumentList = ([program] + arguments).map { strdup($0) } + [nil]
    var environmentList = fullEnvironment().map { strdup($0) } + [nil]
    defer { for string in argumentList + environmentList { free(string) } }
    let places = program.contains("/") ? [""] : ["", "/usr/bin/", "/bin/"]
    var result: Int32 = ENOENT
    var child: pid_t = 0
    // `EACCES` may come from a directory in PATH that this user may not search.
    for place in places where result == ENOENT || result == EACCES {
      result = posix_spawnp(
        &child, place + program, &actions, &attributes, &argumentList, &environmentList)
    }
    guard result == 0 else {
      throw SystemError("posix_spawn", FilePath(program), Errno(rawValue: result))
    }
    return child
  }

  private func fullEnvironment() -> [String] {
    var result = environment
    var next = environ
    while let variable = next.pointee {
      result.append(String(cString: variable))
      next += 1
    }
    return result
  }
}
