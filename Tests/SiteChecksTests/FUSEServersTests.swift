import Linux
import SystemPackage
import Testing

@testable import SiteChecks

/// The processes are made up: a directory that looks like /proc.
@Suite("The servers of FUSE mounts")
struct FUSEServersTests {
  private let proc: TestDirectory

  init() throws {
    proc = try TestDirectory()
    try kernel("6.18.1")
    try process(1, "init", ["init"])
    try proc.directory("self/ns")
    try Paths.symbolicLink(
      proc.path.appending("self/ns/pid"), pointingTo: "pid:[4026531836]")
  }

  private func kernel(_ release: String) throws {
    try proc.file("sys/kernel/osrelease", "\(release)\n")
  }

  /// Makes a process up.
  private func process(
    _ pid: Int, _ name: String = "firn", _ words: [String] = ["firn", "serve", "/m"],
    state: String = "S", ticks: (Int, Int) = (3, 4), connection: Int?? = .none,
    inThread thread: Int? = nil, parent: Int = 1
  ) throws {
    try proc.file("\(pid)/comm", "\(name)\n")
    try proc.file("\(pid)/cmdline", words.map { $0 + "\0" }.joined())
    try proc.file(
      "\(pid)/stat",
      "\(pid) (a) b) \(state) \(parent) 1 1 0 -1 4 5 6 7 8 \(ticks.0) \(ticks.1) 0 0 20")
    try proc.directory("\(pid)/fd")
    guard let connection else { return }
    let place = thread.map { "\(pid)/task/\($0)" } ?? "\(pid)"
    let directory = try proc.directory("\(place)/fd")
    try Paths.symbolicLink(directory.appending("0"), pointingTo: "/dev/null")
    try Paths.symbolicLink(directory.appending("7"), pointingTo: "/dev/fuse")
    let line = connection.map { "fuse_connection:\t\($0)\n" } ?? ""
    try proc.file("\(place)/fdinfo/7", "pos:\t0\nflags:\t02100002\nmnt_id:\t25\n\(line)")
  }

  private var server: MountServerState {
    FUSEServers(proc: proc.path).server(ofConnection: 40, at: "/m")
  }

  @Test("are found by the connection that they hold")
  func held() throws {
    try process(10, connection: 39)
    try process(11, "anything", ["x"], ticks: (30, 12), connection: 40)
    try process(12)
    #expect(server == .held(by: 11, ServerProcess(isStopped: false, ticks: 42)))
  }

  @Test("are found, not the supervisors that started them and hold the connection too")
  func supervised() throws {
    try process(10, ticks: (1, 1), connection: 40)
    try process(12, ticks: (30, 12), connection: 40, parent: 10)
    #expect(server == .held(by: 12, ServerProcess(isStopped: false, ticks: 42)))
  }

  @Test("are found although their first thread has ended")
  func thread() throws {
    try process(10, state: "Z", connection: 40, inThread: 15)
    #expect(server == .held(by: 10, ServerProcess(isStopped: false, ticks: 7)))
  }

  @Test("are nobody when nobody holds the connection")
  func dead() throws {
    #expect(server == .nobody)
    // A server of another mount, and one that has /dev/fuse open for a mount to come.
    try process(10, connection: 39)
    try process(11, connection: .some(nil))
    try process(12)
    #expect(server == .nobody)
  }

  @Test("may be stopped", arguments: ["T", "t"])
  func stopped(state: String) throws {
    try process(10, state: state, connection: 40)
    #expect(server == .held(by: 10, ServerProcess(isStopped: true, ticks: 7)))
  }

  @Test("are told by their command lines where the kernel does not tell connections")
  func oldKernel() throws {
    try kernel("6.16.9")
    try process(10, "sshfs", ["sshfs", "/m"], connection: .some(nil))
    #expect(server == .unknown)
    try process(11, words(for: "/other"), connection: .some(nil))
    #expect(server == .unknown)
    try process(12, words(for: "/m/"), connection: .some(nil))
    #expect(server == .likely(12))
  }

  private func words(for mount: String) -> [String] { ["/usr/bin/firn", "serve", mount] }

  private func process(_ pid: Int, _ words: [String], connection: Int??) throws {
    try process(pid, "firn", words, connection: connection)
  }

  @Test("may have been started without naming the mount")
  func defaults() throws {
    try kernel("5.14.0-503.el9")
    try process(10, "firn-node", ["firn-node", "serve"], connection: .some(nil))
    #expect(server == .likely(10))
  }

  @Test("are nobody on an old kernel when nobody has /dev/fuse open")
  func oldAndDead() throws {
    try kernel("5.14.0")
    try process(10)
    #expect(server == .nobody)
  }

  /// The server as a user sees it who may not look into processes of others.
  private var seenByOthers: MountServerState {
    let refuse: (FilePath) throws(SystemError) -> [String] = { path throws(SystemError) in
      if path.lastComponent == "fd" { throw SystemError("opendir", path, .permissionDenied) }
      return try Paths.list(path)
    }
    return FUSEServers(proc: proc.path, list: refuse).server(ofConnection: 40, at: "/m")
  }

  @Test("are told by their command lines to users who may see no more")
  func otherUsers() throws {
    try process(10, "firn", words(for: "/other"), connection: 40)
    #expect(seenByOthers == .unknown)
    try process(11, "firn", words(for: "/m"), connection: 40)
    #expect(seenByOthers == .likely(11))
  }

  @Test("are missed by other users where no program of ours runs at all")
  func unseen() throws {
    #expect(seenByOthers == .unseen)
    try process(10, "sshfs", ["sshfs", "/m"])
    #expect(seenByOthers == .unseen)
    try process(11, "firn", ["firn", "list"])
    #expect(seenByOthers == .unknown)
  }

  @Test("are not missed where not all processes are seen")
  func hiddenProcesses() throws {
    let link = proc.path.appending("self/ns/pid")
    try Paths.unlink(link)
    #expect(server == .unknown)
    try Paths.symbolicLink(link, pointingTo: "pid:[4026532201]")
    #expect(server == .unknown)
    try Paths.unlink(link)
    try Paths.symbolicLink(link, pointingTo: "pid:[4026531836]")
    #expect(server == .nobody)
    try Paths.rename(proc.path.appending("1"), to: proc.path.appending("not-a-process"))
    #expect(server == .unknown)
  }

  @Test("have connections in the text of a descriptor")
  func connections() {
    #expect(FUSEServers.connection("pos:\t0\nfuse_connection:\t123\n") == 123)
    for text in ["", "fuse_connection:", "fuse_connection: x", "fuse_connection: -1", "a b"] {
      #expect(FUSEServers.connection(text) == nil)
    }
  }

  @Test("that are gone, or whose status is odd, have no state")
  func states() throws {
    let servers = FUSEServers(proc: proc.path)
    #expect(servers.state(of: 99) == nil)
    for text in [
      "", "9 (x) S 1", "9 (x S 1 1 1 1 1 1 1 1 1 1 1 1 1", "9 (x) S a b c d e f g h i j k l",
    ] {
      try proc.file("9/stat", text)
      #expect(servers.state(of: 9) == nil)
    }
  }
}
