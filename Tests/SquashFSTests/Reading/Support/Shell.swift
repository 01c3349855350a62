import Foundation
import Synchronization

/// Runs real tools for tests of the reader.
enum ReaderShell {
  /// What went wrong, with all output.
  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  /// Whether this process may mount file systems and make device nodes.
  static let isRoot = geteuid() == 0

  /// Runs a script with `sh -eu` and returns its standard output.
  @discardableResult
  static func run(_ script: String, in directory: String = "/") throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-euc", script]
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: bytes, as: UTF8.self)
    guard process.terminationStatus == 0 else {
      throw Failed(description: "exit \(process.terminationStatus): \(script)\n\(text)")
    }
    return text
  }
}

/// A directory that is removed with the object.
final class ScratchDirectory: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/firn-sqreader-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ReaderShell.Failed(description: "mkdtemp") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { _ = try? ReaderShell.run("rm -rf --one-file-system -- '\(path)'") }
}

extension ScratchDirectory {
  private static let kept = Mutex<[String]>([])

  /// Removes the directory when the process ends: for one that a global keeps.
  func removeAtExit() {
    let isFirst = Self.kept.withLock { paths in
      paths.append(path)
      return paths.count == 1
    }
    guard isFirst else { return }
    atexit {
      for path in ScratchDirectory.kept.withLock({ $0 }) {
        _ = try? ReaderShell.run("rm -rf --one-file-system -- '\(path)'")
      }
    }
  }
}

/// A loop mount by the kernel, unmounted with the object.
final class KernelMount: Sendable {
  let path: String

  /// Mounts an image on a new directory beside it.
  init(_ image: String) throws {
    path = image + ".mounted"
    try ReaderShell.run("mkdir '\(path)' && mount -t squashfs -o ro,loop '\(image)' '\(path)'")
  }

  deinit { _ = try? ReaderShell.run("umount '\(path)'; rmdir '\(path)'") }
}
