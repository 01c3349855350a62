import Glibc
import Linux
import SiteChecks
import SystemPackage

/// The programs that were built beside the test runner.
enum Programs {
  private static let directory = DetachedProcess.ownExecutable.removingLastComponent()

  /// A program with the commands, the doctor among them.
  static let firn = directory.appending("firn-node")
  /// A server of a FUSE file system whose mounts look like Firn's.
  static let memoryfs = directory.appending("memoryfs")

  /// The second process of a trial, as `firn doctor` starts it.
  static let partner = PartnerLaunch(firn.string) {
    ["doctor", "--part", "partner", "--store", $0.string]
  }
}

/// Whether this process can mount: the reason tests are skipped is this and nothing else.
let canMount = geteuid() == 0 && access("/dev/fuse", R_OK | W_OK) == 0

/// A mount that a process of its own serves; gone, with the process, when the last reference goes.
final class ServedMount: Sendable {
  let path: FilePath
  let process: Int32

  init(at path: FilePath) throws {
    self.path = path
    guard case .ready(let process) = try DetachedProcess.start(Programs.memoryfs, [path.string])
    else { throw SystemError("mount", path, .ioError) }
    self.process = process
  }

  deinit {
    try? Mounts.detach(path, force: true)
    signal(SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }

  func signal(_ number: Int32) { kill(process, number) }

  /// Kills the server and waits for its end; the mount stays.
  func killServer() {
    signal(SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }
}
