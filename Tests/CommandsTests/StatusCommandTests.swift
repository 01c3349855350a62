import Foundation
import Glibc
import ImageSamples
import Linux
import Store
import SystemPackage
import Testing

/// Whether this process can mount.
private let canMount =
  effectiveUser() == 0 && (try? OwnedDescriptor(opening: "/dev/fuse", .readWrite)) != nil

@Suite(
  "The command status", .serialized, .enabled(if: canMount, "needs root and /dev/fuse"))
struct StatusCommandTests {
  private static let program = DetachedProcess.ownExecutable.removingLastComponent()
    .appending("firn-node").string

  private let images: TwoImageStore
  private let mount: FilePath

  init() throws {
    images = try TwoImageStore()
    mount = images.directory.path.appending("mount")
    try Paths.setMode(images.directory.path, 0o755)
    try Paths.makeDirectory(mount)
  }

  private func run(_ words: String...) throws -> (status: Int32, text: String) {
    let child = try ChildProcess(running: Self.program, words)
    return (child.exitStatus, child.output)
  }

  /// Removes a socket to which nobody listens.
  private static func removeStale(_ socket: FilePath) {
    do throws(SystemError) { _ = try OwnedDescriptor(connectingTo: socket, within: 1) } catch {
      if error.errno == .connectionRefused { try? Paths.unlink(socket) }
    }
  }

  /// Has a server run for a while; the closure gets its process.
  private func serve(
    _ words: [String]? = nil, _ body: (pid_t) throws -> Void
  ) throws {
    let words = words ?? ["serve", "--store", images.path]
    let started = try ChildProcess(running: Self.program, words + ["\(mount)"])
    try #require(started.exitStatus == 0, "\(started.output)")
    let device = try #require(try MountTable.current().top(at: mount))
    let pid = pid_t(try #require(try status().objects.first?["pid"] as? Int))
    defer {
      while (try? MountTable.current().top(at: mount)) != nil {
        try? Mounts.detach(mount)
        WallClock.pause(milliseconds: 50)
      }
      for _ in 0..<100 where kill(pid, 0) == 0 { WallClock.pause(milliseconds: 20) }
      if kill(pid, SIGKILL) == 0 { Issue.record("the server did not end by itself") }
      // What one that the test killed has left.
      Self.removeStale(FilePath("/run/firn-servers/\(device.major)-\(device.minor)"))
    }
    try body(pid)
  }

  private func status() throws -> (objects: [[String: Any]], exit: Int32) {
    let (exit, text) = try run("status", "--json", "\(mount)")
    let json = try JSONSerialization.jsonObject(with: Data(text.utf8))
    return ((json as? [[String: Any]]) ?? [], exit)
  }

  @Test("says that all is well, for people and for programs")
  func well() throws {
    try serve { pid in
      _ = try readBytes(mount.appending("images/one/root/empty"))
      let (exit, text) = try run("status", "\(mount)")
      #expect(exit == 0)
      let lines = text.split(separator: "\n").map(String.init)
      #expect(lines.first == "\(mount): all is well")
      #expect(lines.contains { $0.contains("firn serve 0.1.0, process \(pid) of user 0") })
      #expect(lines.contains { $0.contains("\(images.path), generation 3, 2 images") })
      #expect(try run("status").text.contains("\(mount): all is well"))
      let (objects, status) = try self.status()
      #expect(status == 0 && objects.count == 1)
      let object = try #require(objects.first)
      #expect(object["mount"] as? String == mount.string)
      #expect((object["problems"] as? [String])?.isEmpty == true)
      #expect(object["version"] as? String == "0.1.0")
    }
  }

  @Test("prints the members that the manual lists, and no others")
  func members() throws {
    let manual = FilePath(#filePath).removingLastComponent().removingLastComponent()
      .removingLastComponent().appending("man/firn-status.1")
    let page = try readText(manual)
    try serve { _ in
      _ = try readBytes(mount.appending("images/one/root/empty"))
      var names: Set<String> = []
      func collect(_ value: Any, in parent: String) {
        if let list = value as? [Any] { list.forEach { collect($0, in: parent) } }
        guard let object = value as? [String: Any] else { return }
        for (name, inner) in object {
          // The members of these are uses and kinds, not names of the format.
          if !["uses", "kinds"].contains(parent) { names.insert(name) }
          collect(inner, in: name)
        }
      }
      collect(try status().objects, in: "")
      #expect(names.count > 50)
      for name in names.sorted() {
        #expect(page.contains(".It Ql \(name)\n") || page.contains("Ql \(name) ,"), "\(name)")
      }
    }
  }

  @Test("ends with 73 where nothing is served, and says so as programs want it, too")
  func nothing() throws {
    let (exit, text) = try run("status", "\(mount)")
    #expect(exit == 73)
    #expect(text.contains("firn has mounted nothing at \(mount)"))
    let json = try run("status", "--json", "\(mount)")
    #expect(json.status == 73 && json.text.hasPrefix("{\"code\":\"mount-point\""))
    #expect(try run("status", "/nonexistent/place").status == 73)
  }

  @Test("waits some seconds, and no more, for a server that hangs")
  func stopped() throws {
    try serve { pid in
      kill(pid, SIGSTOP)
      defer { kill(pid, SIGCONT) }
      let start = MonotonicClock.seconds()
      let (exit, text) = try run("status", "\(mount)")
      #expect(exit == 72)
      #expect(text.contains("does not answer"))
      #expect(MonotonicClock.seconds() - start < 10)
    }
  }

  @Test("knows a server that was killed, and the one that takes its place")
  func killed() throws {
    try serve(["mount", "--store", images.path, "one"]) { pid in
      kill(pid, SIGKILL)
      for _ in 0..<100 where try self.run("status", "\(mount)").text.contains("all is well") {
        WallClock.pause(milliseconds: 20)
      }
      let (exit, text) = try run("status", "\(mount)")
      #expect(exit == 72)
      #expect(text.contains("the server of \(mount) is gone"))
      #expect(try run("status").status == 72)
      try Mounts.detach(mount, force: true)
      #expect(try run("status", "\(mount)").status == 73)
    }
    try serve { _ in
      let (exit, _) = try run("status", "\(mount)")
      #expect(exit == 0)
    }
  }

  @Test("is told by the server that goes on with the mount of a killed one")
  func supervised() throws {
    try serve { pid in
      kill(pid, SIGKILL)
      var now: Int?
      for _ in 0..<100 where now == nil || now == Int(pid) {
        WallClock.pause(milliseconds: 50)
        now = try status().objects.first?["pid"] as? Int
      }
      let next = try #require(now)
      #expect(next != Int(pid))
      let (exit, text) = try run("status", "\(mount)")
      #expect(exit == 0 && text.contains("process \(next) of user 0"), "\(text)")
      #expect(try run("status").text.components(separatedBy: "\(mount): all is well").count == 2)
    }
  }

  @Test("is for every user, of root's servers")
  func everybody() throws {
    let users = try #require(RealUsers.shared, "needs useradd")
    let copy = images.directory.path.appending("firn-node").string
    _ = try ChildProcess(running: "cp", [Self.program, copy])
    try serve { _ in
      let text = try RealUsers.shell(as: users.stranger, "\(copy) status \(mount); echo $?")
      #expect(text.hasPrefix("\(mount): all is well\n") && text.hasSuffix("\n0\n"), "\(text)")
    }
  }

  @Test("is for the user alone, and for root, of a user's own servers")
  func users() throws {
    let users = try #require(RealUsers.shared, "needs useradd")
    let copy = images.directory.path.appending("firn-node").string
    _ = try ChildProcess(running: "cp", [Self.program, copy])
    let home = images.directory.path.appending("home")
    try Paths.makeDirectory(home)
    _ = try ChildProcess(
      running: "chown", ["\(users.member.uid):\(users.member.gid)", home.string, mount.string])
    _ = try ChildProcess(running: "chmod", ["666", "/dev/fuse"])
    let environment = "env -u XDG_RUNTIME_DIR"
    defer { try? Mounts.detach(mount, force: true) }
    let text = try RealUsers.shell(
      as: users.member,
      """
      \(environment) \(copy) mount --store \(images.path) one \(mount) || exit
      cat \(mount)/empty; \(environment) \(copy) status \(mount); echo $?
      stat -c %a /tmp/firn-servers-\(users.member.uid) /run/user/\(users.member.uid)/firn-servers 2>&1
      """)
    #expect(text.hasPrefix("\(mount): all is well\n"), "\(text)")
    #expect(text.contains("firn mount 0.1.0") && text.contains("\n700\n"), "\(text)")
    // A socket that a killed server of root has left, by chance with the number of this mount.
    let device = try #require(try MountTable.current().top(at: mount))
    let stale = FilePath("/run/firn-servers/\(device.major)-\(device.minor)")
    try? Paths.makeDirectory("/run/firn-servers", mode: 0o755)
    do { _ = try ListeningSocket(at: stale, mode: 0o666) }
    let other = try RealUsers.shell(
      as: users.stranger, "\(environment) \(copy) status \(mount); echo $?")
    #expect(other.hasSuffix("77\n"), "\(other)")
    Self.removeStale(stale)
    let root = try run("status", "\(mount)")
    #expect(root.status == 0 && root.text.hasPrefix("\(mount): all is well"), "\(root.text)")
    let ended = try RealUsers.shell(
      as: users.member,
      "\(copy) unmount \(mount); sleep 0.5; ls /tmp/firn-servers-\(users.member.uid)")
    #expect(!ended.contains("-"), "the socket is gone: \(ended)")
    _ = try ChildProcess(running: "rmdir", ["/tmp/firn-servers-\(users.member.uid)"])
  }

  @Test("of metrics that cannot be offered says why, before anything is mounted")
  func metrics() throws {
    for (address, exit, text) in [
      ("0.0.0.0:9100", 64 as Int32, "only this machine"), ("/nonexistent/a.prom", 74, "a.prom"),
    ] {
      let started = try ChildProcess(
        running: Self.program,
        ["serve", "--store", images.path, "--metrics", address, "\(mount)"])
      #expect(started.exitStatus == exit)
      #expect(started.output.contains(text), "\(started.output)")
      #expect(try MountTable.current().top(at: mount) == nil)
    }
    let file = images.directory.path.appending("node.prom")
    try serve(["serve", "--store", images.path, "--metrics", "\(file)"]) { _ in
      let text = try readText(file)
      #expect(text.contains("firn_store_up{mount=\"\(mount)\""))
    }
  }
}
