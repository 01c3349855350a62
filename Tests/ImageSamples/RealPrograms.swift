internal import Linux
internal import SystemPackage

/// Programs of the machine that runs the tests.
public enum RealPrograms {
  /// Those of a list that are there.
  public static let all: [String] = [
    "/bin/bash", "/bin/ls", "/usr/bin/git", "/usr/bin/python3",
  ].filter { (try? FileStatus(of: FilePath($0))) != nil }

  /// What is in a file of the machine.
  public static func bytes(of path: String) throws -> [UInt8] {
    let file = try OwnedDescriptor(opening: FilePath(path))
    return try file.readBytes(at: 0, count: 64 << 20)
  }

  /// The files that the machine's own loader finds for a program, by the paths it prints.
  public static func libraries(of path: String) throws -> [String] {
    try ChildProcess(running: "ldd", [path]).output.split(separator: "\n").compactMap { line in
      line.split(whereSeparator: \.isWhitespace).first { $0.contains("/") }.map { String($0) }
    }
  }

  /// A program with its libraries, by their paths without the first slash.
  public static func files(of path: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for path in try [path] + libraries(of: path) {
      files[String(path.dropFirst())] = try bytes(of: path)
    }
    return files
  }
}
