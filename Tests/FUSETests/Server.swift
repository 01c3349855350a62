import Glibc
import Linux
import SystemPackage

/// A `memoryfs` process, for what a test cannot do to itself: be killed, or be somebody else.
enum Server {
  /// The program, beside the test runner.
  static var program: FilePath {
    DetachedProcess.ownExecutable.removingLastComponent().appending("memoryfs")
  }

  /// The user that tests of users run as; made on the first use.
  ///
  /// `.ci/check-tests` removes accounts with this comment when their process is gone.
  static let user: String? = {
    let name = "firntest"
    if let id = try? ChildProcess(running: "id", ["-u", name]), id.exitStatus == 0 { return name }
    let mark = "firn test of process \(getpid())"
    let made = try? ChildProcess(running: "useradd", ["-M", "-s", "/bin/sh", "-c", mark, name])
    return made?.exitStatus == 0 ? name : nil
  }()

  /// Starts a server in the background as this user (root) and says how that went.
  static func start(_ arguments: String...) throws -> DetachedProcess.Outcome {
    try DetachedProcess.start(program, arguments)
  }

  /// Runs a shell script as the test user and returns what it prints.
  ///
  /// In it `$1` is a copy of the program that the user can run, `$2` an empty directory of the
  /// user's, and `$2.out` a name where the user may write.
  ///
  /// - Parameter hidden: the name of a program in /usr/bin that the script does not find there.
  static func asUser(
    in directory: FilePath, hiding hidden: String? = nil, _ script: String
  ) throws -> String {
    let (copy, own) = (directory.appending("memoryfs"), directory.appending("own"))
    let user = user ?? "nobody"
    try output(of: "cp", program.string, copy.string)
    try Paths.makeDirectory(own)
    try output(of: "chown", user, own.string)
    try Paths.setMode(directory, 0o777)
    var command = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups"]
    command += ["sh", "-c", script, "sh", copy.string, own.string]
    if let hidden { command = try hiding(hidden, directory.appending("hidden")) + command }
    return try ChildProcess(running: command[0], Array(command[1...])).output
  }

  /// The beginning of a command line that runs the rest in a mount namespace of its own, where an
  /// overlay on /usr/bin has a whiteout for the program.
  private static func hiding(_ name: String, _ layer: FilePath) throws -> [String] {
    try Paths.makeDirectory(layer)
    try output(of: "mknod", layer.appending(name).string, "c", "0", "0")
    let mount = "mount -t overlay hidden -o lowerdir=\(layer):/usr/bin /usr/bin"
    return ["unshare", "-m", "sh", "-c", "\(mount) && exec \"$@\"", "sh"]
  }

  /// Runs a closure while /dev/fuse has these permission bits.
  static func withDevice<Result>(mode: UInt32, _ body: () throws -> Result) throws -> Result {
    let before = try FileStatus(of: "/dev/fuse").mode
    try Paths.setMode("/dev/fuse", mode)
    defer { try? Paths.setMode("/dev/fuse", UInt32(before)) }
    return try body()
  }
}
