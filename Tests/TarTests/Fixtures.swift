internal import Glibc

/// The archives in fixtures/tar and fixtures/reject/tar.
enum Fixtures {
  static let features = names(in: "tar").filter { !$0.hasPrefix("make") }
  static let rejected = archives(in: "reject/tar")

  /// Every archive, accepted or not, as a path below fixtures.
  static let all =
    features.flatMap { feature in dialects(of: feature).map { "tar/\(feature)/\($0)" } }
    + rejected.map { "reject/tar/\($0)" }

  static func dialects(of feature: String) -> [String] { archives(in: "tar/\(feature)") }

  private static func archives(in directory: String) -> [String] {
    names(in: directory).filter { $0.hasSuffix(".tar") }.map { String($0.dropLast(4)) }
  }

  static func archive(_ name: String) throws -> [UInt8] { try read("\(name).tar") }

  /// The lines that Python's tarfile found in a feature.
  static func expectation(of feature: String) throws -> [String] {
    String(decoding: try read("tar/\(feature)/expected.txt"), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  struct Unreadable: Error { var path: String }

  private static let root =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/") + "/fixtures/"

  private static func read(_ path: String) throws -> [UInt8] {
    guard let file = fopen(root + path, "rb") else { throw Unreadable(path: root + path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      bytes += buffer[..<count]
    }
    return bytes
  }

  private static func names(in directory: String) -> [String] {
    guard let stream = opendir(root + directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
