import Linux
import SystemPackage

/// A directory of a test's own, removed with everything in it when the last reference goes.
final class TestDirectory: Sendable {
  let path: FilePath

  init() throws {
    path = FilePath("/tmp/firn-site-\(UInt64.random(in: 0 ... .max))")
    try Paths.makeDirectory(path, mode: 0o755)
  }

  deinit { _ = try? ChildProcess(running: "rm", ["-rf", "--one-file-system", path.string]) }

  /// Makes a directory, and those it lies in.
  @discardableResult
  func directory(_ name: String) throws -> FilePath {
    var place = path
    for component in FilePath(name).components {
      place.append(component)
      if (try? FileStatus(of: place)) == nil { try Paths.makeDirectory(place) }
    }
    return place
  }

  /// Writes a file, and makes the directories it lies in.
  @discardableResult
  func file(_ name: String, _ text: String, mode: UInt32 = 0o644) throws -> FilePath {
    let place = try directory(FilePath(name).removingLastComponent().string)
      .appending(FilePath(name).lastComponent?.string ?? "file")
    let file = try OwnedDescriptor(opening: place, [.create, .truncate, .writeOnly])
    try file.writeAll(Array(text.utf8).span.bytes)
    try file.setMode(mode)
    return place
  }
}
