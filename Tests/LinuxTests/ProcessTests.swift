import Glibc
import Linux
import Synchronization
import SystemPackage
import Testing

@Suite("A child process")
struct ChildProcessTests {
  @Test("ends with its status and what it printed on both outputs")
  func output() throws {
    let child = try ChildProcess(running: "sh", ["-c", "echo out; echo err >&2; exit 7"])
    #expect(child.exitStatus == 7)
    #expect(child.output == "out\nerr\n")
  }

  @Test("that a signal ended has 128 and the signal as status")
  func signal() throws {
    #expect(try ChildProcess(running: "sh", ["-c", "kill -9 $$"]).exitStatus == 137)
  }

  @Test("sees our environment with additions")
  func environment() throws {
    let child = try ChildProcess(
      running: "sh", ["-c", "test -n \"$PATH\" && echo $ADDED"], environment: ["ADDED=yes"])
    #expect(child.output == "yes\n")
  }

  @Test("has no blocked signals, although threads of a pool block all")
  func signalMask() throws {
    let child = try ChildProcess(running: "grep", ["SigBlk", "/proc/self/status"])
    #expect(child.output == "SigBlk:\t0000000000000000\n")
  }

  @Test("does not see our descriptors")
  func closedDescriptors() throws {
    let file = try OwnedDescriptor(opening: "/proc/version")
    let child = try ChildProcess(running: "ls", ["/proc/self/fd/\(file.rawValue)"])
    #expect(child.exitStatus != 0)
    #expect(file.rawValue > 2)
  }

  @Test("gets a descriptor as number 3")
  func descriptor() throws {
    let file = try OwnedDescriptor(opening: "/proc/version")
    let child = try ChildProcess(running: "cat", ["/proc/self/fd/3"], passing: file.rawValue)
    #expect(child.output.hasPrefix("Linux version"))
  }

  @Test("that does not exist cannot be run")
  func missing() {
    let error = #expect(throws: SystemError.self) {
      try ChildProcess(running: "no-such-program-anywhere", [])
    }
    #expect(error?.errno == .noSuchFileOrDirectory)
  }

  @Test("prints more than a pipe holds")
  func muchOutput() throws {
    let child = try ChildProcess(running: "head", ["-c", "1000000", "/dev/zero"])
    #expect(child.output.utf8.count == 1_000_000)
  }
}

@Suite("A detached process")
struct DetachedProcessTests {
  private func start(_ script: String) throws -> DetachedProcess.Outcome {
    try DetachedProcess.start("/bin/sh", ["-c", script])
  }

  @Test("goes on in a session of its own after it has said that it is ready")
  func ready() throws {
    let outcome = try start("printf R >&\"$FIRN_READY_DESCRIPTOR\"; sleep 30")
    guard case .ready(let process) = outcome else {
      Issue.record("not ready: \(outcome)")
      return
    }
    defer {
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    #expect(getsid(process) == process)
    #expect(kill(process, 0) == 0)
  }

  @Test("that cannot start gives its reason")
  func failure() throws {
    #expect(
      try start("printf 'Fno such thing' >&3; exit 73")
        == .failed("no such thing", exitStatus: 73))
  }

  @Test("that ends without a word has failed")
  func silence() throws {
    #expect(try start("exit 3") == .failed("", exitStatus: 3))
    #expect(try start("kill -9 $$") == .failed("", exitStatus: 137))
  }

  @Test("that does not exist cannot be started")
  func missing() {
    #expect(throws: SystemError.self) { try DetachedProcess.start("/no/such/program", []) }
  }
}
