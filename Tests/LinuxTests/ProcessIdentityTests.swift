import Glibc
import Linux
import Testing

private let hasPython = access("/usr/bin/python3", X_OK) == 0

@Suite("A process's identity")
struct ProcessIdentityTests {
  @Test("of this process is complete, stable and not dead")
  func current() {
    let identity = ProcessIdentity.current()
    #expect(identity.boot.count == 32)
    #expect(identity.pidNamespace > 0)
    #expect(identity.pid > 0)
    #expect(identity.startTime > 0)
    #expect(identity == .current())
    #expect(!identity.isKnownDead)
  }

  @Test("is dead when no process has the id, or another one that started later")
  func dead() {
    var gone = ProcessIdentity.current()
    gone.pid = 2_147_483_647
    #expect(gone.isKnownDead)
    var successor = ProcessIdentity.current()
    successor.startTime += 1
    #expect(successor.isKnownDead)
  }

  private func identity(ofChild pid: Int32) -> ProcessIdentity {
    var identity = ProcessIdentity.current()
    identity.pid = pid
    identity.startTime = 0
    return identity
  }

  @Test("is dead when the process was killed and nobody has waited for it yet")
  func unwaited() throws {
    var child: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("60"), nil]
    defer { for argument in arguments { free(argument) } }
    #expect(posix_spawn(&child, "/bin/sleep", nil, nil, &arguments, nil) == 0)
    let identity = identity(ofChild: child)
    #expect(!identity.isKnownDead)
    kill(child, SIGKILL)
    var isDead = false
    for _ in 0..<1000 where !isDead {
      isDead = identity.isKnownDead
      usleep(1000)
    }
    #expect(isDead)
    var status: Int32 = 0
    waitpid(child, &status, 0)
    #expect(identity.isKnownDead)
  }

  @Test("is not dead while another than its first thread lives", .enabled(if: hasPython))
  func firstThreadEnded() throws {
    let program = """
      import ctypes, threading, time, os
      threading.Thread(target=lambda: (time.sleep(60), os._exit(0))).start()
      ctypes.CDLL(None).pthread_exit(None)
      """
    var child: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = [
      strdup("python3"), strdup("-c"), strdup(program), nil,
    ]
    defer { for argument in arguments { free(argument) } }
    #expect(posix_spawn(&child, "/usr/bin/python3", nil, nil, &arguments, nil) == 0)
    let identity = identity(ofChild: child)
    for _ in 0..<50 {
      #expect(!identity.isKnownDead)
      usleep(10_000)
    }
    kill(child, SIGKILL)
    var status: Int32 = 0
    waitpid(child, &status, 0)
  }

  @Test("of another boot or pid namespace is never known dead")
  func elsewhere() {
    for change in [
      { (identity: inout ProcessIdentity) in identity.boot = "0" },
      { $0.boot = "" }, { $0.pidNamespace = 0 }, { $0.pidNamespace += 1 }, { $0.pid = 0 },
      { $0.pid = -1 },
    ] {
      var identity = ProcessIdentity.current()
      identity.pid = 2_147_483_647
      change(&identity)
      #expect(!identity.isKnownDead)
    }
  }

  @Test("of init is seen alive by anybody")
  func initProcess() {
    var identity = ProcessIdentity.current()
    identity.pid = 1
    identity.startTime = 0
    #expect(!identity.isKnownDead)
  }

  @Test("comes with a host name and a clock that runs")
  func host() {
    #expect(!hostName().isEmpty)
    #expect(WallClock.seconds() > 1_700_000_000)
    WallClock.pause(milliseconds: 1)
  }
}
