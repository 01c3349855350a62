import Linux
import SystemPackage

@testable import Store

/// Lends a path in /tmp where nothing is, and removes what is there afterwards.
func withTemporaryPath(_ body: (FilePath) throws -> Void) throws {
  let path = FilePath("/tmp/firn-store-test-\(Token.random())")
  defer { Paths.removeTree(path) }
  try body(path)
}
