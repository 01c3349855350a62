import Glibc
import Linux
import SystemPackage
import Testing

@testable import SiteChecks

@Suite(
  "The checks of a real mount", .serialized, .enabled(if: canMount, "needs root and /dev/fuse"))
struct MountSiteTests {
  private let directory: TestDirectory
  private let point: FilePath

  init() throws {
    directory = try TestDirectory()
    point = try directory.directory("mount")
  }

  /// Checks the mount, and that this takes no longer than it should.
  private func check(connections: FilePath = "/nonexistent") -> [CheckResult] {
    let begin = MonotonicClock.seconds()
    defer { #expect(MonotonicClock.seconds() - begin < 30) }
    return MountSite(point, isExpected: true, connections: connections).check()
  }

  /// The result that matters; what the machine's mounts are like otherwise is not ours.
  private func health(connections: FilePath = "/nonexistent") -> CheckResult? {
    check(connections: connections).first { $0.name == "mount" }
  }

  @Test("find the process that serves it")
  func alive() throws {
    let mount = try ServedMount(at: point)
    #expect(health()?.outcome == .ok, "\(check())")
    #expect(health()?.sentence.contains("process \(mount.process)") == true)
  }

  @Test("find that its server was killed, without hanging")
  func killed() throws {
    let mount = try ServedMount(at: point)
    mount.killServer()
    let result = try #require(health())
    // In a container the server might run outside, where we do not see it.
    guard try Paths.linkTarget("/proc/self/ns/pid") == "pid:[4026531836]" else {
      #expect(result.outcome == .note)
      return
    }
    #expect(result.outcome == .problem)
    #expect(result.sentence.contains("dead"))
    #expect(result.nextStep?.contains("firn unmount \(point)") == true)
  }

  @Test("find that its server is stopped, without hanging, although somebody waits for it")
  func stopped() throws {
    let mount = try ServedMount(at: point)
    mount.signal(SIGSTOP)
    // What is not cached must be asked of the server, who does not answer.
    let victim = try JoinableThread { [point] in
      _ = try? LimitedProcess(running: "ls", [point.appending("unknown").string], within: 2)
    }
    let result = try #require(health())
    #expect(result.outcome == .problem)
    #expect(result.sentence.contains("stopped"))
    mount.signal(SIGCONT)
    victim.join()
    #expect(health()?.outcome == .ok)
  }

  @Test("find that requests wait while the server does nothing")
  func stuck() throws {
    let mount = try ServedMount(at: point)
    let minor = try #require(try MountTable.current().top(at: point)).minor
    try directory.file("connections/\(minor)/waiting", "3\n")
    let result = try #require(health(connections: directory.path.appending("connections")))
    #expect(result.outcome == .problem)
    #expect(result.sentence.contains("answers no requests"))
    try directory.file("connections/\(minor)/waiting", "0\n")
    #expect(health(connections: directory.path.appending("connections"))?.outcome == .ok)
    withExtendedLifetime(mount) {}
  }

  @Test("find nothing where nothing is mounted")
  func absent() throws {
    #expect(check().map(\.outcome) == [.problem])
    let quiet = MountSite(point, isExpected: false).check()
    #expect(quiet.map(\.outcome) == [.note])
  }

  @Test("go by the path of the mount, whatever links lead there")
  func links() throws {
    let mount = try ServedMount(at: point)
    let link = directory.path.appending("link")
    try Paths.symbolicLink(link, pointingTo: "mount")
    let result = MountSite(link, isExpected: true, connections: "/nonexistent").check().first
    #expect(result?.subject == point.string)
    #expect(result?.outcome == .ok)
    withExtendedLifetime(mount) {}
  }
}
