import ImageSamples
import Linux
import Store
import Synchronization
import SystemPackage
import Testing

/// Whether this process can mount and make users.
private let canServe =
  effectiveUser() == 0 && (try? OwnedDescriptor(opening: "/dev/fuse", .readWrite)) != nil
  && RealUsers.shared != nil

/// `firn-node serve` as it is, with its supervisor, whose servers are killed.
@Suite(
  "A served mount and its processes", .serialized,
  .enabled(if: canServe, "needs root, /dev/fuse and useradd"))
final class SupervisionTests {
  private static let program = DetachedProcess.ownExecutable.removingLastComponent()
    .appending("firn-node").string

  private let directory: TemporaryDirectory
  private let users: RealUsers
  private let store: Store
  private let sample: SampleStore
  private let outcome = Outcome()

  /// How the supervisor ended.
  private final class Outcome: Sendable {
    private let status = Mutex<Int32?>(nil)
    private let latch = Latch()
    var exitStatus: Int32? { status.withLock { $0 } }

    func end(_ value: Int32?) {
      status.withLock { $0 = value }
      latch.open()
    }

    func wait() -> Int32? {
      latch.wait()
      return exitStatus
    }
  }

  init() throws {
    users = try #require(RealUsers.shared)
    directory = try TemporaryDirectory()
    try Paths.setMode(directory.path, 0o755)
    sample = try SampleStore()
    store = try Store.create(
      at: PosixDirectory(directory.path.appending("store")), parameters: sample.parameters)
    let members = (0..<50).map {
      SampleMember("file-\($0)", .file(SampleBytes.noise(4096, seed: UInt64($0))))
    }
    try sample.publish(["one"], members, in: store)
    try Paths.makeDirectory(mount)
  }

  deinit {
    try? Mounts.detach(mount, force: true)
    for process in processes { _ = try? run(["kill", "-KILL", "\(process)"]) }
  }

  private var mount: FilePath { directory.path.appending("mount") }
  private var root: FilePath { mount.appending("images/one/root") }

  private func run(_ words: [String]) throws -> ChildProcess {
    try ChildProcess(running: words[0], Array(words.dropFirst()))
  }

  /// Starts serving in the foreground, its log in a file, and waits until the mount is there.
  private func serve() throws {
    let words = "\(Self.program) serve --foreground --interval 0.2 --store \(directory.path)/store"
    let command = "exec \(words) \(mount) 2>\(directory.path)/log"
    _ = try JoinableThread { [outcome] in
      outcome.end((try? ChildProcess(running: "sh", ["-c", command]))?.exitStatus)
    }
    #expect(wait { self.supervisor != nil && (try? Paths.list(self.root).count) == 50 })
  }

  private var log: String { (try? readText(directory.path.appending("log"))) ?? "" }

  /// The processes that name the mount, and are no threads of ours.
  private var processes: [Int32] {
    let found = try? run(["pgrep", "-f", "serve --foreground.*\(mount)$"])
    return (found?.output.split(separator: "\n") ?? []).compactMap { Int32($0) }
  }

  private func parent(of process: Int32) -> Int32? {
    let output = try? run(["ps", "-o", "ppid=", "-p", "\(process)"]).output
    return output.flatMap { Int32($0.filter(\.isNumber)) }
  }

  private var server: Int32? {
    let all = processes
    return all.first { process in parent(of: process).map { all.contains($0) } ?? false }
  }

  private var supervisor: Int32? { server.flatMap { parent(of: $0) } }

  private func signal(_ name: String, _ process: Int32?) throws {
    let process = try #require(process)
    _ = try run(["kill", "-\(name)", "\(process)"])
  }

  private func wait(_ condition: () -> Bool) -> Bool {
    for _ in 0..<150 {
      if condition() { return true }
      WallClock.pause(milliseconds: 50)
    }
    return condition()
  }

  private func content(_ index: Int) throws -> [UInt8] {
    let file = try OwnedDescriptor(opening: root.appending("file-\(index)"))
    return try file.readBytes(at: 0, count: 10_000)
  }

  @Test("one server after the other is killed, and users, whoever came first, go on as before")
  func kills() throws {
    try serve()
    for user in [users.stranger, users.member] {
      _ = try RealUsers.shell(as: user, "cat \(mount)/self/overlay-images/images.json")
    }
    let held = try OwnedDescriptor(opening: root, .directory)
    let before = try run(["ls", "-lnR", "\(mount)/views/\(users.member.uid)"]).output
    for number in 1...3 {
      let old = try #require(server)
      try signal("KILL", old)
      for index in 0..<50 {
        #expect(try content(index) == SampleBytes.noise(4096, seed: UInt64(index)))
      }
      #expect(wait { self.server != nil && self.server != old })
      #expect(log.split(separator: "\n").count { $0.contains("was started again") } == number)
      WallClock.pause(milliseconds: 400)
    }
    #expect(try run(["ls", "-lnR", "\(mount)/views/\(users.member.uid)"]).output == before)
    let text = try RealUsers.shell(
      as: users.member, "cat \(mount)/self/overlay-images/images.json")
    #expect(text.contains("one"))
    // What was published while a server was away or after it is seen as ever.
    try sample.publish(["two"], in: store)
    #expect(wait { (try? Paths.list(self.mount.appending("images"))) == ["one", "two"] })
    try signal("TERM", supervisor)
    #expect(outcome.wait() == 0)
    #expect(try MountTable.current().top(at: mount) == nil)
    withExtendedLifetime(held) {}
  }

  @Test("servers that die again and again are given up, and the valid empty store is there")
  func givingUp() throws {
    try serve()
    for _ in 0..<400 where outcome.exitStatus == nil {
      if let server { try signal("KILL", server) }
    }
    #expect(outcome.wait() == 70)
    #expect(try MountTable.current().top(at: mount) == nil)
    #expect(try readText(mount.appending("self/overlay-images/images.json")) == "[]")
    #expect(log.contains("died again and again"))
  }

  @Test("a supervisor that is killed leaves a server that goes on, and ends when it is asked to")
  func withoutSupervisor() throws {
    try serve()
    let server = try #require(server)
    try signal("KILL", supervisor)
    #expect(wait { self.log.contains("the supervisor is gone") })
    for index in 0..<50 {
      #expect(try content(index) == SampleBytes.noise(4096, seed: UInt64(index)))
    }
    let refused = try run([Self.program, "serve", "--takeover", "\(mount)"])
    #expect(refused.exitStatus == 73)
    #expect(refused.output.contains("no supervisor"))
    try signal("TERM", server)
    #expect(wait { self.processes.isEmpty })
    #expect(try MountTable.current().top(at: mount) == nil)
  }

  @Test("another program takes over; one that cannot leaves the server where it is")
  func takeover() throws {
    try serve()
    let old = try #require(server)
    let copy = directory.path.appending("newer").string
    _ = try run(["cp", Self.program, copy])
    let taken = try run([copy, "serve", "--takeover", "\(mount)"])
    #expect(taken.exitStatus == 0, "\(taken.output)")
    let new = try #require(server)
    #expect(new != old)
    #expect(taken.output.contains("\(new)"))
    #expect(try Paths.linkTarget(FilePath("/proc/\(new)/exe")) == FilePath(copy))
    // The store is away: the new program waits for it until it is told not to, and nothing happens.
    let generations = directory.path.appending("store/generations")
    try Paths.rename(generations, to: directory.path.appending("away"))
    let late = try run(["timeout", "1", Self.program, "serve", "--takeover", "\(mount)"])
    #expect(late.exitStatus == 124)
    #expect(wait { self.log.contains("cannot; the server goes on") })
    #expect(server == new)
    #expect(try content(3) == SampleBytes.noise(4096, seed: 3))
    try Paths.rename(directory.path.appending("away"), to: generations)
    try signal("KILL", new)
    #expect(try content(4) == SampleBytes.noise(4096, seed: 4))
    #expect(wait { self.server != nil && self.server != new })
    #expect(try run([Self.program, "unmount", "\(mount)"]).exitStatus == 0)
    #expect(outcome.wait() == 0)
  }

  @Test("only root and the owner of the mount may ask, with no other option, for what is mounted")
  func refusals() throws {
    try serve()
    let copy = directory.path.appending("firn-node").string
    _ = try run(["cp", Self.program, copy])
    let text = try RealUsers.shell(
      as: users.stranger, "\(copy) serve --takeover \(mount) 2>&1; echo $?")
    #expect(text.contains("only root and the owner"), "\(text)")
    #expect(text.hasSuffix("73\n"), "\(text)")
    let other = try run([Self.program, "serve", "--takeover", "\(directory.path)"])
    #expect(other.exitStatus == 73)
    let option = try run([Self.program, "serve", "--takeover", "--no-push", "\(mount)"])
    #expect(option.exitStatus == 64)
  }

  @Test("a server that is killed while its store is away goes on when that is back")
  func storeAway() throws {
    try serve()
    #expect(try content(1) == SampleBytes.noise(4096, seed: 1))
    let generations = directory.path.appending("store/generations")
    try Paths.rename(generations, to: directory.path.appending("away"))
    let old = try #require(server)
    try signal("KILL", old)
    let answer = Mutex<Int?>(nil)
    let path = root.appending("file-7")
    let reader = try JoinableThread {
      let file = try? OwnedDescriptor(opening: path)
      let count = (try? file?.readBytes(at: 0, count: 10_000).count) ?? -1
      answer.withLock { $0 = count }
    }
    WallClock.pause(milliseconds: 1500)
    #expect(answer.withLock { $0 } == nil, "it waits, without an error")
    try Paths.rename(directory.path.appending("away"), to: generations)
    reader.join()
    #expect(answer.withLock { $0 } == 4096)
  }
}
