import ImageSamples
import Linux
import Store
import SystemPackage
import Testing

/// Whether this process can mount and make users.
private let canServe =
  effectiveUser() == 0 && (try? OwnedDescriptor(opening: "/dev/fuse", .readWrite)) != nil
  && RealUsers.shared != nil

@Suite(
  "A store that belongs to a service account", .serialized,
  .enabled(if: canServe, "needs root, /dev/fuse and useradd"))
struct ServeAccountTests {
  private static let program = DetachedProcess.ownExecutable.removingLastComponent()
    .appending("firn-node").string

  private let directory: TemporaryDirectory
  private let users: RealUsers
  private let store: Store

  /// A store that only the first user may enter.
  init() throws {
    users = try #require(RealUsers.shared)
    directory = try TemporaryDirectory()
    try Paths.setMode(directory.path, 0o755)
    let sample = try SampleStore()
    store = try Store.create(
      at: PosixDirectory(directory.path.appending("store")), parameters: sample.parameters,
      access: StoreAccess(readers: .owner))
    try sample.publish(["one"], in: store)
    try Paths.makeDirectory(mount)
    let owner = "\(users.member.uid):\(users.member.gid)"
    #expect(try run(["chown", "-R", owner, "\(directory.path)/store"]).exitStatus == 0)
  }

  private var mount: FilePath { directory.path.appending("mount") }

  private func run(_ words: [String]) throws -> ChildProcess {
    try ChildProcess(running: words[0], Array(words.dropFirst()))
  }

  /// Root as a file server that trusts no root knows it: without root's rights over files.
  private static let squashed = [
    "setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps",
    "-dac_override,-dac_read_search",
  ]

  private func serve(_ options: [String]) throws -> ChildProcess {
    try run(
      Self.squashed + [Self.program, "serve", "--interval", "0.2"] + options
        + ["--store", "\(directory.path)/store", "\(mount)"])
  }

  private func unmount() throws {
    #expect(try run([Self.program, "unmount", "\(mount)"]).exitStatus == 0)
    for _ in 0..<100 where !(try leases().isEmpty) { WallClock.pause(milliseconds: 50) }
  }

  private func leases() throws -> [String] {
    try Paths.list(directory.path.appending("store/leases"))
  }

  @Test("is served to all users with that account's rights alone, which also holds the lease")
  func account() throws {
    let started = try serve(["--user", users.member.name])
    try #require(started.exitStatus == 0, "\(started.output)")
    let text = try RealUsers.shell(
      as: users.stranger, "ls \(mount)/images/ && cat \(mount)/images/one/root/empty && echo read")
    #expect(text == "one\nread\n")
    for _ in 0..<100 where try leases().isEmpty { WallClock.pause(milliseconds: 50) }
    let lease = try #require(try leases().first)
    let status = try FileStatus(of: directory.path.appending("store/leases/\(lease)"))
    #expect(status.uid == users.member.uid)
    #expect(status.mode == 0o600)
    let sample = try SampleStore()
    try sample.publish(["two"], in: store)
    let owner = "\(users.member.uid):\(users.member.gid)"
    #expect(try run(["chown", "-R", owner, "\(directory.path)/store"]).exitStatus == 0)
    for _ in 0..<100 where try Paths.list(mount.appending("images")) != ["one", "two"] {
      WallClock.pause(milliseconds: 50)
    }
    #expect(try Paths.list(mount.appending("images")) == ["one", "two"])
    try unmount()
    #expect(try leases().isEmpty, "the lease ends with the server")
    #expect(try MountTable.current().top(at: mount) == nil)
  }

  @Test("is not served by a root that the file server does not trust, or by another account")
  func withoutRights() throws {
    for options in [[], ["--user", users.stranger.name]] {
      let started = try serve(options)
      #expect(started.exitStatus != 0)
      #expect(started.output.lowercased().contains("permission denied"), "\(started.output)")
      #expect(try MountTable.current().top(at: mount) == nil)
    }
  }

  @Test("needs an account that is there, and root")
  func refused() throws {
    let missing = try serve(["--user", "no such account"])
    #expect(missing.exitStatus == 78)
    #expect(missing.output.contains("no such account"))
    let text = try RealUsers.shell(
      as: users.stranger,
      "\(Self.copy(of: Self.program, in: directory)) serve --user \(users.member.name) "
        + "--store /nonexistent \(mount); echo $?")
    #expect(text.hasSuffix("77\n"), "\(text)")
  }

  /// A copy of the program where every user can run it.
  private static func copy(of program: String, in directory: TemporaryDirectory) throws -> String {
    let copy = directory.path.appending("firn-node").string
    _ = try ChildProcess(running: "cp", [program, copy])
    return copy
  }
}
