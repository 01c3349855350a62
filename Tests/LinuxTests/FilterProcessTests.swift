import Linux
import SystemPackage
import Testing

@Suite("A process that answers what it is given")
struct FilterProcessTests {
  private func run(
    _ script: String, _ input: String = "", within seconds: Double = 60,
    isCancelled: @Sendable () -> Bool = { false }
  ) throws(SystemError) -> FilterProcess {
    try FilterProcess(
      running: "sh", ["-c", script], input: Array(input.utf8), within: seconds,
      isCancelled: isCancelled)
  }

  @Test("has its status and what it made of its input")
  func inTime() throws {
    let process = try run("tr a-z A-Z; exit 7", "abc")
    #expect(process.exitStatus == 7)
    #expect(process.output == Array("ABC".utf8))
    #expect(try run("kill -9 $$").exitStatus == 137)
  }

  @Test("may read nothing, and print more than a pipe holds")
  func muchOutput() throws {
    let input = String(repeating: "x", count: 4096)
    #expect(try run("head -c 300000 /dev/zero", input).output.count == 300_000)
  }

  @Test(
    "that takes longer is killed, whether it holds its output or not",
    arguments: ["exec sleep 60", "exec sleep 60 >/dev/null", "echo x; exec sleep 60"])
  func late(script: String) throws {
    let begin = MonotonicClock.seconds()
    let error = #expect(throws: SystemError.self) { try run(script, within: 0.3) }
    #expect(error?.errno == .timedOut)
    #expect(error?.path == "sh")
    #expect(MonotonicClock.seconds() - begin < 30)
  }

  @Test(
    "that nobody wants any more is killed",
    arguments: ["exec sleep 60", "exec sleep 60 >/dev/null"])
  func cancelled(script: String) throws {
    let begin = MonotonicClock.seconds()
    let error = #expect(throws: SystemError.self) {
      try run(script) { MonotonicClock.seconds() > begin + 0.3 }
    }
    #expect(error?.errno == .canceled)
    #expect(MonotonicClock.seconds() - begin < 30)
  }

  @Test("that does not exist cannot be run")
  func missing() {
    let error = #expect(throws: SystemError.self) {
      try FilterProcess(running: "no-such-program-anywhere", [], input: [], within: 1)
    }
    #expect(error?.errno == .noSuchFileOrDirectory)
  }
}
