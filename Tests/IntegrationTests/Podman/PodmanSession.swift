import FoundationEssentials
import Glibc

/// One user's Podman with configuration, storage and run-time files of its own, which leaves the
/// machine's alone and has one additional image store.
final class PodmanSession: Sendable {
  let mode: PodmanMode
  let user: TestUser?
  let scratch: Scratch
  let environment: [String: String?]

  /// Configures Podman for a user; nil is root.
  ///
  /// - Parameter imageStore: The additional image store; nil for none.
  init(_ mode: PodmanMode, user: TestUser?, imageStore: String?) throws {
    self.mode = mode
    self.user = user
    // Podman takes no run-time directory of more than 50 characters.
    scratch = try Scratch("p", below: "/tmp")
    for directory in ["graph", "run", "work"] {
      try scratch.directory(directory, mode: 0o755, owner: user)
    }
    try scratch.directory("xdg", mode: 0o700, owner: user)
    let storage = try scratch.file("storage.conf", Self.storage(scratch, imageStore))
    let containers = try scratch.file("containers.conf", Self.containers(scratch, mode))
    let registries = try scratch.file("registries.conf", "unqualified-search-registries = []\n")
    environment = [
      "CONTAINERS_STORAGE_CONF": storage, "CONTAINERS_CONF": containers,
      "CONTAINERS_REGISTRIES_CONF": registries, "XDG_RUNTIME_DIR": scratch("xdg"),
      "TMPDIR": scratch("work"), "DBUS_SESSION_BUS_ADDRESS": nil, "XDG_CONFIG_HOME": nil,
      "XDG_DATA_HOME": nil,
    ]
  }

  deinit {
    _ = try? self("rm", "-f", "-a", "-t", "0").run()
    // The process that keeps a rootless user's namespaces names no path of ours.
    if let text = try? readText(scratch("xdg/libpod/tmp/pause.pid")), let pause = pid_t(text) {
      kill(pause, SIGKILL)
    }
  }

  private static func storage(_ scratch: Scratch, _ imageStore: String?) -> String {
    """
    [storage]
    driver = "overlay"
    runroot = "\(scratch("run"))"
    graphroot = "\(scratch("graph"))"
    rootless_storage_path = "\(scratch("graph"))"
    [storage.options]
    \(imageStore.map { "additionalimagestores = [\"\($0)\"]" } ?? "")

    """
  }

  /// What lets Podman run in CI, without systemd, CAP_SYS_RESOURCE and unified control groups.
  private static func containers(_ scratch: Scratch, _ mode: PodmanMode) throws -> String {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let files = min(limit.rlim_max, 20_000)
    let processes = try readText("/proc/sys/kernel/pid_max").prefix { $0 != "\n" }
    let ulimits = """
      default_ulimits = ["nofile=\(files):\(files)", "nproc=\(processes):\(processes)"]
      """
    return """
      [containers]
      \(mode == .rootful ? ulimits : "")
      netns = "host"
      [engine]
      runtime = "runc"
      cgroup_manager = "cgroupfs"
      events_logger = "none"
      lock_type = "file"
      \(mode == .rootful ? "tmp_dir = \"\(scratch("xdg"))/libpod/tmp\"" : "")

      """
  }

  /// A Podman command.
  func callAsFunction(_ words: String...) -> Command { command(words) }

  func command(_ words: [String]) -> Command {
    var command = Command(["podman"] + words)
    command.user = user
    command.environment = environment
    command.directory = "/"
    return command
  }

  /// Runs a container of an image to its end and gives what it prints.
  func run(_ image: String, _ words: String..., options: [String] = []) throws -> String {
    try command(["run", "--rm", "--pull=never"] + options + [image] + words).succeed().line
  }

  /// An image as `podman images --format json` lists it.
  struct Image: Decodable {
    var Id: String
    var Names: [String]?
    var ReadOnly: Bool?
  }

  func images() throws -> [Image] {
    let output = try self("images", "--format", "json").succeed().output
    return try JSONDecoder().decode([Image].self, from: Data(output))
  }

  /// Bytes that the user's own storage takes.
  func storageBytes() throws -> Int {
    let text = try output("du", "-x", "-s", "-B1", scratch("graph"))
    return text.split(separator: "\t").first.flatMap { Int($0) } ?? 0
  }
}
