import Linux
import SystemPackage
import Testing

@Suite("A process with a time limit")
struct LimitedProcessTests {
  @Test("that ends in time has its status and its standard output")
  func inTime() throws {
    let process = try LimitedProcess(
      running: "sh", ["-c", "echo out; echo err >&2; exit 7"], within: 30)
    #expect(process.exitStatus == 7)
    #expect(process.output == Array("out\n".utf8))
    #expect(try LimitedProcess(running: "sh", ["-c", "kill -9 $$"], within: 30).exitStatus == 137)
  }

  @Test("may print more than a pipe holds")
  func muchOutput() throws {
    let process = try LimitedProcess(
      running: "head", ["-c", "300000", "/dev/zero"], within: 30)
    #expect(process.output.count == 300_000)
  }

  @Test(
    "that takes longer is killed, whether it holds its output or not",
    arguments: ["exec sleep 60", "exec sleep 60 >/dev/null", "echo x; exec sleep 60"])
  func late(script: String) throws {
    let begin = MonotonicClock.seconds()
    let error = #expect(throws: SystemError.self) {
      try LimitedProcess(running: "sh", ["-c", script], within: 0.3)
    }
    #expect(error?.errno == .timedOut)
    #expect(error?.path == "sh")
    #expect(MonotonicClock.seconds() - begin < 20)
  }

  @Test("that does not exist cannot be run")
  func missing() {
    let error = #expect(throws: SystemError.self) {
      try LimitedProcess(running: "no-such-program-anywhere", [], within: 1)
    }
    #expect(error?.errno == .noSuchFileOrDirectory)
  }
}
