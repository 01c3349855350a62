internal import AdditionalImageStore
internal import Failures
internal import Linux
internal import Logging
internal import NodeService
internal import StartBundles
internal import Store
internal import Synchronization
internal import SystemPackage

/// A container that is run once from a mount of its own, where every page is asked for by itself and
/// remembered.
struct TracedRun {
  let store: Store
  let image: ImageRecord
  /// Options for `podman run`.
  let options: [String]
  let command: [String]

  /// Podman refuses run-time directories of more than 50 characters.
  private static let longestPath = 45

  /// Runs it; returns when the container has ended.
  ///
  /// - Returns: What was read, in order.
  /// - Throws: `Failure` when the program cannot be started or ends with an error.
  func trace() throws -> AccessTrace {
    let scratch = try ScratchDirectory(named: "firn-trace")
    defer { scratch.remove() }
    guard scratch.path.string.utf8.count <= Self.longestPath else {
      throw Failure(
        .configuration, "TMPDIR is a longer path than Podman can use for its run-time directory",
        nextStep: "Set TMPDIR to a shorter one, such as /var/tmp")
    }
    let mount = scratch.path.appending("mount")
    try Paths.makeDirectory(mount)
    var options = StoreServer.Options()
    options.pushesPages = false
    options.maxReadahead = 0
    options.starts.onlyRecords = true
    options.purpose = "trace"
    let server = try StoreServer(
      [ServedStore(store)], accounts: SystemAccounts(), options: options,
      logger: Log.make(level: .warning))
    let ended = Outcome()
    try server.run(at: mount) {
      ended.set(Result { () throws(SystemError) in try podman(in: scratch) })
      server.stop()
    }
    // Podman leaves its storage mounted on itself.
    try? Mounts.detach(scratch.path.appending("storage/overlay"))
    guard let result = ended.status else {
      throw Failure(.interrupted, "the trace was interrupted; nothing was written")
    }
    try check(result)
    return AccessTrace(
      of: image.rootIdentity, recorded: server.recorded[image.rootIdentity] ?? [], isExact: true)
  }

  /// How podman ended, told by the thread that waited for it.
  private final class Outcome: Sendable {
    private let result = Mutex<Result<Int32, SystemError>?>(nil)

    var status: Result<Int32, SystemError>? { result.withLock { $0 } }

    func set(_ status: Result<Int32, SystemError>) { result.withLock { $0 = status } }
  }

  private func podman(in scratch: ScratchDirectory) throws(SystemError) -> Int32 {
    let configuration = scratch.path.appending("storage.conf")
    let text = PodmanConfiguration.separateStorage(
      in: scratch.path.string, mount: scratch.path.appending("mount").string)
    let file = try OwnedDescriptor(opening: configuration, [.writeOnly, .create])
    try file.writeAll(Array(text.utf8).span.bytes)
    try file.close()
    return try ForegroundProcess.run(
      "podman", ["run", "--rm", "--pull=never"] + options + [image.id] + command,
      environment: ["CONTAINERS_STORAGE_CONF=\(configuration)"])
  }

  private func check(_ result: Result<Int32, SystemError>) throws {
    switch result {
    case .success(0): return
    case .success(let status):
      throw Failure(
        .problemsFound, "podman ended with status \(status); nothing was written",
        cause: "see its messages above",
        nextStep: "Give a command that works, and what podman needs with --run-option")
    case .failure(let error):
      throw Failure(
        .configuration, "podman cannot be started", cause: "\(error)",
        nextStep: "Install podman on this machine")
    }
  }
}
