import Linux
import SystemPackage

/// A directory of a test's own, removed with its files when the last reference goes.
final class ScratchDirectory: Sendable {
  let path: FilePath

  init() throws {
    path = FilePath("/tmp/firn-linux-\(UInt64.random(in: 0 ... .max))")
    try Paths.makeDirectory(path, mode: 0o700)
  }

  deinit {
    for name in (try? Paths.list(path)) ?? [] {
      let below = path.appending(name)
      if (try? Paths.unlink(below)) == nil { try? Paths.removeDirectory(below) }
    }
    try? Paths.removeDirectory(path)
  }

  /// Writes a file.
  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> FilePath {
    let file = path.appending(name)
    try OwnedDescriptor(opening: file, [.create, .truncate, .writeOnly])
      .writeAll(bytes.span.bytes)
    return file
  }
}
