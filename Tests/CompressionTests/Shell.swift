import Glibc
import Testing

/// A directory of one test's own, in which it runs the real tools; removed with everything in it.
final class Workshop {
  let path: String

  init() throws {
    var template = Array("/tmp/firn-compression-XXXXXX".utf8CString)
    _ = try #require(mkdtemp(&template))
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    _ = system("rm -rf '\(path)'")
  }

  /// Runs a command in the directory; records an issue unless it succeeds.
  func run(_ command: String) throws {
    let status = system("cd '\(path)' && { \(command) ; } >log 2>&1")
    if status != 0 {
      let log = String(decoding: (try? read("log")) ?? [], as: UTF8.self)
      Issue.record("'\(command)' failed: \(log)")
    }
    try #require(status == 0)
  }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    let file = try #require(fopen("\(path)/\(name)", "w"))
    defer { fclose(file) }
    try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  }

  func read(_ name: String) throws -> [UInt8] {
    try readWholeFile("\(path)/\(name)")
  }

  /// What a filter such as `gzip -dc` makes of bytes.
  func filter(_ bytes: [UInt8], through command: String) throws -> [UInt8] {
    try write("filter.in", bytes)
    try run("{ \(command) ; } <filter.in >filter.out 2>filter.err || { cat filter.err; false; }")
    return try read("filter.out")
  }
}

/// The bytes of a file.
func readWholeFile(_ path: String) throws -> [UInt8] {
  let file = try #require(fopen(path, "r"))
  defer { fclose(file) }
  var result: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    guard count > 0 else { return result }
    result += buffer[..<count]
  }
}
