import Logging
import OCI
import Synchronization
import SystemPackage
import Testing

@testable import Registry

/// Keeps the texts of messages.
private struct KeptLog: LogHandler {
  let lines: KeptLines
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.trace

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    lines.texts.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
  }
}

private final class KeptLines: Sendable {
  let texts = Mutex<[String]>([])
}

@Suite("Warnings of registries")
struct WarningFieldTests {
  @Test(
    "are the texts of code 299, of which a field may have several",
    arguments: [
      (#"299 - "old""#, ["old"]), (#"299 - "a", 299 - "b, c""#, ["a", "b, c"]),
      (#"299 reg.example:5000 "a""#, ["a"]), (#"110 - "stale", 299 - "a""#, ["a"]),
      (#"299 - "say \"it\"""#, [#"say "it""#]),
      (#"299 - "a" "Sun, 06 Nov 1994 08:49:37 GMT", 299 - "b""#, ["a", "b"]),
      (#"299 - "a", 299 - "no end"#, ["a"]), ("299 nothing", []), ("", []), ("299", []),
      (#"299 - """#, [""]),
    ])
  func texts(field: String, texts: [String]) {
    #expect(WarningField.texts(field) == texts)
  }

  @Test("are made printable")
  func printable() {
    #expect(WarningField.texts("299 - \"a\u{1B}[2Jb\"") == ["a?[2Jb"])
  }

  @Test("are shown once, however often they are repeated")
  func shownOnce() async throws {
    let lines = KeptLines()
    let logger = Logger(label: "test") { _ in KeptLog(lines: lines) }
    let registry = FakeRegistry { request, _ in
      HTTPResponse(200, ["warning": #"299 - "this tag ends soon""#], "x")
    }
    var options = RegistryOptions()
    options.systemDirectory = "/nonexistent"
    let repository = try Repository(
      .init(parsing: "reg.example/a:t"), options: options, logger: logger
    ) { _ in registry }
    for _ in 0..<3 { _ = try await repository.manifest() }
    let shown = lines.texts.withLock { $0 }.filter { $0.contains("this tag ends soon") }
    #expect(shown.count == 1)
    #expect(shown.first?.hasPrefix("warning ") == true)
    #expect(shown.first?.contains("reg.example") == true)
  }
}
