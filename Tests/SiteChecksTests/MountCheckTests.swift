import Linux
import SystemPackage
import Testing

@testable import SiteChecks

@Suite("The check of a mount")
struct MountCheckTests {
  private let firn = "43 27 0:40 / /m ro shared:5 - fuse.firn store ro,allow_other"
  private let private_ = "44 27 0:41 / /m ro - fuse.firn store ro,allow_other"

  private func check(
    _ lines: [String], _ server: MountServerState, isStuck: Bool? = nil, isExpected: Bool = true
  ) -> [CheckResult] {
    MountCheck(
      path: "/m", isExpected: isExpected,
      entries: MountTable(text: lines.joined(separator: "\n")).entries, server: server,
      isStuck: isStuck
    ).results
  }

  private func held(stopped: Bool = false) -> MountServerState {
    .held(by: 77, ServerProcess(isStopped: stopped, ticks: 5))
  }

  @Test("is content with a server that lives")
  func fine() {
    let results = check([firn], held(), isStuck: false)
    #expect(results.map(\.outcome) == [.ok])
    #expect(results[0].sentence == "served by process 77")
    #expect(results[0].subject == "/m")
    #expect(check([firn], .likely(78)).map(\.outcome) == [.ok])
  }

  @Test("misses a mount that should be there, and only notes one that may be")
  func absent() {
    let missing = check([], .unknown)
    #expect(missing.map(\.outcome) == [.problem])
    #expect(missing[0].nextStep == "Run firn serve /m")
    #expect(check([], .unknown, isExpected: false).map(\.outcome) == [.note])
  }

  @Test("finds a dead, a stopped and a stuck server, and says to unmount")
  func unhealthy() {
    for (server, isStuck, word) in [
      (.nobody, nil, "dead"), (.unseen, nil, "seems dead"), (held(stopped: true), nil, "stopped"),
      (held(), true, "answers no requests"),
    ] as [(MountServerState, Bool?, String)] {
      let results = check([firn], server, isStuck: isStuck)
      #expect(results.map(\.outcome) == [.problem])
      #expect(results[0].sentence.contains(word))
      #expect(results[0].nextStep?.contains("firn unmount /m") == true)
    }
  }

  @Test("finds something else in the place")
  func strangers() {
    let results = check([firn, "50 27 0:50 / /m rw - tmpfs tmpfs rw"], held())
    #expect(results.map(\.outcome) == [.problem])
    #expect(results[0].sentence.contains("type tmpfs"))
  }

  @Test("warns of mounts that another covers")
  func covered() {
    let results = check([firn, firn, firn], held())
    #expect(results.map(\.outcome) == [.ok, .warning])
    #expect(results[1].sentence.hasPrefix("2 older mounts lie"))
  }

  @Test("notes a mount that running containers do not see")
  func propagation() {
    let results = check([private_], held())
    #expect(results.map(\.name) == ["mount", "mount-propagation"])
    #expect(results[1].outcome == .note)
  }

  @Test("does not know what others may not see")
  func unknown() { #expect(check([firn], .unknown).map(\.outcome) == [.note]) }
}

@Suite("The path of a mount")
struct MountPathTests {
  private let table = MountTable(
    text: """
      1 1 0:1 / / rw - ext4 x rw
      2 1 0:40 / /run/firn ro - fuse.firn s ro
      3 1 0:41 / /mnt/dead ro - fuse.sshfs s ro
      """)

  private func resolve(_ path: FilePath, _ links: [FilePath: FilePath] = [:]) -> FilePath {
    MountPath.resolve(path, in: table, from: "/work/dir") { asked in
      #expect(!asked.starts(with: "/run/firn"), "touches the mount at \(asked)")
      #expect(!asked.starts(with: "/mnt/dead"), "touches the mount at \(asked)")
      return links[asked]
    }
  }

  @Test("is absolute and plain")
  func plain() {
    #expect(resolve("/run/firn") == "/run/firn")
    #expect(resolve("/run/./x/../firn/") == "/run/firn")
    #expect(resolve("sub/../../m") == "/work/m")
    #expect(resolve("/../..") == "/")
  }

  @Test("follows links, but none in a FUSE mount")
  func links() {
    #expect(resolve("/var/run/firn", ["/var/run": "/run"]) == "/run/firn")
    #expect(resolve("/a/firn", ["/a": "b", "/b": "../run"]) == "/run/firn")
    #expect(resolve("/l", ["/l": "/run/firn/self/../x"]) == "/run/firn/x")
    #expect(resolve("/mnt/dead/link/x") == "/mnt/dead/link/x")
  }

  @Test("ends where links go in circles")
  func circles() {
    #expect(resolve("/a", ["/a": "/b", "/b": "/a"]).components.count == 1)
  }
}
