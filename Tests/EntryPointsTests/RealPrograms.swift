import Linux
import SystemPackage
import Testing

/// Programs of the machine that runs the tests.
enum RealPrograms {
  /// Those of a list that are there.
  static let all: [String] = ["/bin/bash", "/bin/ls", "/usr/bin/git", "/usr/bin/python3"].filter {
    (try? FileStatus(of: FilePath($0))) != nil
  }

  static func bytes(of path: String) throws -> [UInt8] {
    let file = try OwnedDescriptor(opening: FilePath(path))
    return try file.readBytes(at: 0, count: 64 << 20)
  }

  /// The files that the machine's own loader finds for a program, by the paths it prints.
  static func libraries(of path: String) throws -> [String] {
    let run = try ChildProcess(running: "ldd", [path])
    #expect(run.exitStatus == 0)
    return run.output.split(separator: "\n").compactMap { line in
      line.split(separator: " ").first { $0.contains("/") }.map {
        String($0.trimmingPrefix("\t"))
      }
    }
  }
}
