import Failures
import ImageSamples
import Linux
import SystemPackage
import Testing

@testable import NodeService

@Suite("Where metrics are to be had")
struct MetricsAddressTests {
  @Test("is a loopback address or a file")
  func good() throws {
    #expect(try MetricsAddress(parsing: "127.0.0.1:9100") == .socket(.init(.version4, port: 9100)))
    #expect(try MetricsAddress(parsing: "[::1]:1") == .socket(.init(.version6, port: 1)))
    #expect(try MetricsAddress(parsing: "/a/b.prom") == .file("/a/b.prom"))
  }

  @Test(
    "is nothing else, least of all what others could reach",
    arguments: ["0.0.0.0:9100", ":9100", "10.0.0.1:9100", "localhost:80", "a/b", "", "/a/", "9100"])
  func bad(text: String) {
    let error = #expect(throws: Failure.self) { try MetricsAddress(parsing: text) }
    #expect(error?.code == .usage)
    #expect(error?.sentence.contains(text) == true)
  }
}

@Suite("The web page of metrics")
struct MetricsPageTests {
  private func answer(_ request: String) -> String? {
    MetricsPage.answer(to: Array(request.utf8)) { "metrics ä\n" }.map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  @Test("is answered when the head has come, whatever more it has")
  func good() throws {
    for request in [
      "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", "GET /metrics?x=y HTTP/1.0\r\n\r\n",
      "GET /metrics HTTP/1.1\nA: b\n\n",
    ] {
      let text = try #require(answer(request))
      let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
      #expect(parts[0].hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(parts[0].contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
      #expect(parts[0].contains("Content-Length: 11\r\n"))
      #expect(parts[0].hasSuffix("Connection: close"))
      #expect(parts[1] == "metrics ä\n")
    }
    #expect(answer("HEAD /metrics HTTP/1.1\r\n\r\n")?.hasSuffix("close\r\n\r\n") == true)
  }

  @Test("waits for the end of the head")
  func incomplete() {
    for request in ["", "GET", "GET /metrics HTTP/1.1\r\n", "GET /metrics HTTP/1.1\r\nHost: a\r\n"]
    {
      #expect(answer(request) == nil)
    }
  }

  @Test(
    "is the only one, and can only be got",
    arguments: [
      ("GET / HTTP/1.1", "404"), ("GET /metricsx HTTP/1.1", "404"),
      ("POST /metrics HTTP/1.1", "405"),
      ("GET /metrics", "400"), ("GET /metrics FTP", "400"), ("", "400"), ("a b c d", "400"),
      ("GET  HTTP/1.1", "404"),
    ])
  func bad(line: String, status: String) {
    let isRefused = answer(line + "\r\n\r\n")?.hasPrefix("HTTP/1.1 \(status) ") == true
    #expect(isRefused, "\(answer(line + "\r\n\r\n") ?? "nothing")")
  }
}

@Suite("The server of metrics")
struct MetricsOutputTests {
  private let log = RecordingLog()

  private func freeAddress() throws -> LoopbackAddress {
    LoopbackAddress(
      .version4, port: try ListeningSocket(at: LoopbackAddress(.version4, port: 0)).port)
  }

  private func get(_ address: LoopbackAddress, _ options: String...) throws -> ChildProcess {
    try ChildProcess(
      running: "curl", ["-s", "-m", "5"] + options + ["http://\(address)/metrics"])
  }

  @Test("has its address before there is anything to tell, and gives it back at the end")
  func address() throws {
    let address = try freeAddress()
    let output = try MetricsOutput(.socket(address), logger: log.logger)
    let answer = try get(address, "-i")
    #expect(answer.exitStatus == 0)
    #expect(answer.output.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(answer.output.hasSuffix("\r\n\r\n"))
    output.end()
    output.end()
    #expect(try get(address).exitStatus == 7, "nobody listens")
    try MetricsOutput(.socket(address), logger: log.logger).end()
  }

  @Test("whose address another has says so, and what to do")
  func taken() throws {
    let address = try freeAddress()
    let first = try MetricsOutput(.socket(address), logger: log.logger)
    defer { first.end() }
    let error = #expect(throws: Failure.self) {
      _ = try MetricsOutput(.socket(address), logger: log.logger)
    }
    #expect(error?.code == .inputOutput)
    #expect(error?.sentence == "metrics cannot be offered at \(address)")
    #expect(error?.nextStep?.contains("port of its own") == true)
    let missing = #expect(throws: Failure.self) {
      _ = try MetricsOutput(.file("/nonexistent/a.prom"), logger: log.logger)
    }
    #expect(missing?.sentence.contains("/nonexistent/a.prom") == true)
  }

  @Test("answers one client while others say nothing, or never end")
  func slowClients() throws {
    let address = try freeAddress()
    let output = try MetricsOutput(.socket(address), logger: log.logger)
    defer { output.end() }
    // Connections that bash keeps open: half a request, and none.
    let script = """
      for i in $(seq 40); do exec {fd}<>/dev/tcp/127.0.0.1/\(address.port); printf 'GET /met' >&$fd; done
      for i in 1 2 3; do curl -sf -m 3 http://\(address)/metrics || exit 1; done; echo served
      """
    let child = try ChildProcess(running: "bash", ["-c", script])
    #expect(child.output == "served\n", "\(child.output)")
  }

  @Test("leaves no file behind where the mount could not be made")
  func unused() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path.appending("a.prom")
    let output = try MetricsOutput(.file(path), logger: log.logger)
    #expect(try readText(path).isEmpty)
    output.end()
    #expect(try Paths.list(directory.path).isEmpty)
  }
}

@Suite("A file of metrics")
struct MetricsFileTests {
  private let directory: TemporaryDirectory
  private var path: FilePath { directory.path.appending("firn.prom") }

  init() throws { directory = try TemporaryDirectory() }

  @Test("is there at once, written again and again, readable for all, and removed at the end")
  func life() throws {
    let texts = Counter()
    let file = try MetricsFile(path, every: 0.02, logger: RecordingLog().logger) {
      texts.add()
      return "text \(texts.value)\n"
    }
    #expect(try FileStatus(of: path).mode == 0o644)
    var seen: Set<String> = []
    for _ in 0..<500 where seen.count < 5 {
      let text = try readText(path)
      #expect(text.hasPrefix("text ") && text.hasSuffix("\n"), "a reader never sees a part")
      seen.insert(text)
      WallClock.pause(milliseconds: 5)
    }
    #expect(seen.count >= 5)
    file.end()
    #expect(try Paths.list(directory.path).isEmpty)
  }

  @Test("that cannot be written at first is an error, and later a line in the log")
  func failures() throws {
    let log = RecordingLog()
    let below = directory.path.appending("sub")
    #expect(throws: SystemError.self) {
      _ = try MetricsFile(below.appending("a.prom"), logger: log.logger) { "" }
    }
    try Paths.makeDirectory(below)
    let file = try MetricsFile(below.appending("a.prom"), every: 0.01, logger: log.logger) { "x\n" }
    let away = directory.path.appending("away")
    try Paths.rename(below, to: away)
    for _ in 0..<200 where log.lines.isEmpty { WallClock.pause(milliseconds: 5) }
    WallClock.pause(milliseconds: 50)
    #expect(log.lines.count == 1, "\(log.lines)")
    try Paths.rename(away, to: below)
    file.end()
    #expect(try Paths.list(below).isEmpty)
  }

  @Test("takes the place of what is there, but follows no link to another file")
  func links() throws {
    let other = try directory.write("other", [1, 2])
    try Paths.symbolicLink(path, pointingTo: other)
    try Paths.symbolicLink(FilePath("\(path).\(processIdentifier())"), pointingTo: other)
    try MetricsFile.write("new\n", to: path)
    #expect(try readText(path) == "new\n")
    #expect(try readBytes(other) == [1, 2])
    #expect(try FileStatus(of: path, followingLinks: false).kind == .regular)
  }
}
