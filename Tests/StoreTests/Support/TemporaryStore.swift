import Linux
import SystemPackage

@testable import Store

/// Lends a path in /tmp where nothing is, and removes what is there afterwards.
func withTemporaryPath(_ body: (FilePath) throws -> Void) throws {
  let path = FilePath("/tmp/firn-store-test-\(Token.random())")
  defer { removeTree(path) }
  try body(path)
}

/// Removes a directory with all that is in it.
func removeTree(_ path: FilePath) {
  guard let status = try? FileStatus(of: path, followingLinks: false) else { return }
  guard status.kind == .directory else {
    try? Paths.unlink(path)
    return
  }
  for name in (try? Paths.list(path)) ?? [] { removeTree(path.appending(name)) }
  try? Paths.removeDirectory(path)
}
