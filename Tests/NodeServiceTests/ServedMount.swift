import FUSE
import ImageSamples
import ImageTree
import Linux
import NodeService
import Store
import SystemPackage
import Testing

/// Whether this process can mount.
let canMount =
  effectiveUser() == 0 && (try? OwnedDescriptor(opening: "/dev/fuse", .readWrite)) != nil

/// Tests that mount: one at a time, because a process waits for signals in one place.
@Suite("Mounted", .serialized)
struct MountedTests {}

/// A server of this process at a mount point of its own, for as long as a closure runs.
struct ServedMount {
  let path: FilePath
  let log: RecordingLog

  /// Serves stores, waits until the mount answers, runs the closure, unmounts and waits for the end.
  static func run(
    _ stores: [ServedStore], in directory: TemporaryDirectory,
    options change: (inout StoreServer.Options) -> Void = { _ in },
    _ body: (ServedMount) throws -> Void
  ) throws {
    let mount = ServedMount(
      path: directory.path.appending("mount-\(UInt32.random(in: 0 ... .max))"), log: RecordingLog())
    try Paths.setMode(directory.path, 0o755)
    try Paths.makeDirectory(mount.path)
    var options = StoreServer.Options()
    options.interval = 0.2
    change(&options)
    let server = try StoreServer(
      stores, accounts: SystemAccounts(groupLifetime: 0), options: options,
      logger: mount.log.logger)
    let (ready, ended) = (WakeUp(), WakeUp())
    let path = mount.path
    let thread = try JoinableThread {
      do { try server.run(at: path) { ready.now() } } catch {
        Issue.record(error)
      }
      ended.now()
    }
    _ = ready.wait(seconds: 20)
    defer {
      try? Mounts.detach(path)
      thread.join()
    }
    try body(mount)
  }

  /// Waits for a while until something holds.
  func wait(until condition: () throws -> Bool) throws -> Bool {
    for _ in 0..<100 {
      if try condition() { return true }
      WallClock.pause(milliseconds: 50)
    }
    return try condition()
  }
}
