internal import Linux
public import SystemPackage

/// A directory of a test's own, removed with everything in it when the last reference goes.
public final class TemporaryDirectory: Sendable {
  /// The directory.
  public let path: FilePath

  /// Makes one.
  public init() throws {
    let number = UInt64.random(in: 0 ... .max)
    path = FilePath("/tmp").appending("firn-test-\(number)")
    try Paths.makeDirectory(path, mode: 0o700)
  }

  deinit { Paths.removeTree(path) }

  /// Writes a file in it.
  @discardableResult
  public func write(_ name: String, _ bytes: [UInt8]) throws -> FilePath {
    let file = path.appending(name)
    let output = try OwnedDescriptor(opening: file, [.create, .truncate, .writeOnly])
    try output.writeAll(bytes.span.bytes)
    try output.close()
    return file
  }
}
