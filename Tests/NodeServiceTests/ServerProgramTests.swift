import ImageSamples
import Linux
import SystemPackage
import Testing

@testable import NodeService

@Suite("The program of a server")
struct ServerProgramTests {
  @Test("is started when its file is gone, by a number that a server has nothing else as")
  func deleted() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path.appending("program")
    let copied = try ChildProcess(running: "cp", ["/bin/true", path.string])
    #expect(copied.exitStatus == 0)
    let programs = try (0..<20).map { _ in try ServerProgram(path) }
    for program in programs { #expect(program.startPath == path) }
    try Paths.unlink(path)
    for program in programs {
      let name = program.startPath.string
      let number = try #require(name.split(separator: "/").last.flatMap { Int32($0) })
      #expect(name == "/proc/self/fd/\(number)" && number >= 16)
      let server = try SupervisedServer(program.startPath, [], record: 0, device: 0)
      var status: Int32?
      for _ in 0..<1000 where status == nil {
        status = server.process.reap()
        if status == nil { WallClock.pause(milliseconds: 5) }
      }
      #expect(status == 0)
    }
  }

  @Test("is the file it was, not what has its name now")
  func replaced() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("program", [1])
    let program = try ServerProgram(path)
    try Paths.unlink(path)
    _ = try directory.write("program", [2])
    #expect(program.startPath != path)
    #expect(try readBytes(program.startPath) == [1])
  }
}
