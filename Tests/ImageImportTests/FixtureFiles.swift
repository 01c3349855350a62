import ImageSamples
import Linux
import SystemPackage

/// The files in fixtures/flattening and fixtures/reject.
enum FixtureFiles {
  private static let root = FilePath(
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
      .joined(separator: "/") + "/fixtures")

  /// Hand-written layers, by the name of their directory.
  static let handWritten = list("flattening").filter { !$0.hasPrefix("make") }
  /// Images that must be refused, as OCI archives.
  static let rejectedImages = list("reject/images").map { String($0.dropLast(".tar".count)) }
  /// Archives that must be refused as a layer.
  static let rejectedArchives = list("reject/tar").map { String($0.dropLast(".tar".count)) }

  static func path(_ name: String) -> FilePath { root.appending(name) }

  static func bytes(_ name: String) throws -> [UInt8] { try readBytes(path(name)) }

  /// The names in a directory, in order.
  static func list(_ directory: String) -> [String] {
    ((try? Paths.list(path(directory))) ?? []).sorted()
  }
}
