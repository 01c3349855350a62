import FUSE
import Failures
import Glibc
import Linux
import MemoryFileSystem
import SystemPackage

/// A server in a process of its own, for tests that kill it or run it as another user.
///
/// `memoryfs MOUNTPOINT [allow-other]` prints `ready` once it answers, or its failure, and serves
/// until SIGTERM. Started by `DetachedProcess` it says the same over the ready channel.
/// `memoryfs MOUNTPOINT kept` and `memoryfs MOUNTPOINT resumed` serve a mount that is handed on: see
/// `KeptServer`.
@main
struct Main {
  static func main() {
    let channel = ReadyChannel()
    do {
      switch CommandLine.arguments.last {
      case "kept": try KeptServer(isResumed: false).serve()
      case "resumed": try KeptServer(isResumed: true).serve()
      default: try serve(channel)
      }
    } catch {
      let text = Failure(presenting: error).description
      channel?.fail(text)
      say(text)
      exit(1)
    }
  }

  private static func serve(_ channel: ReadyChannel?) throws {
    let fileSystem = MemoryFileSystem()
    fileSystem.add("link", .symbolicLink("target"))
    fileSystem.add("zeros", .zeros(10_000))
    var options = MountOptions(fileSystemName: "memory, with a comma")
    options.allowOther = CommandLine.arguments.contains("allow-other")
    let session = try Session(
      fileSystem, mountPoint: FilePath(CommandLine.arguments[1]), mount: options)
    let signals = try SignalWaiter([.terminate, .interrupt]) { _ in session.stop() }
    try session.run { _ in
      channel?.ready()
      say("ready")
    }
    withExtendedLifetime(signals) { say("ended") }
  }

  private static func say(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = line.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
  }
}
