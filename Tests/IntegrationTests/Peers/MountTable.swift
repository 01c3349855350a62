import Glibc

/// The mounts this process sees.
enum MountTable {
  struct Entry: Equatable {
    var point: String
    var type: String
    var options: [String]
  }

  /// All mounts, in the order they were made.
  static func entries() throws -> [Entry] {
    try readText("/proc/self/mountinfo").split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let dash = words.firstIndex(of: "-"), words.count > dash + 1, words.count > 5 else {
        return nil
      }
      return Entry(
        point: String(words[4]), type: String(words[dash + 1]),
        options: words[5].split(separator: ",").map(String.init))
    }
  }

  /// The mounts at a path and below it.
  static func below(_ path: String) throws -> [Entry] {
    try entries().filter { $0.point == path || $0.point.hasPrefix(path + "/") }
  }

  /// Whether a process has a mount at a path, in whatever mount namespace: a namespace that was made
  /// meanwhile (by rootless Podman, by unshare) keeps a mount, and its server, until it ends.
  static func isKept(_ path: String) -> Bool {
    ((try? list("/proc")) ?? []).contains { process in
      guard pid_t(process) != nil, let text = try? readText("/proc/\(process)/mountinfo") else {
        return false
      }
      return text.contains(" \(path) ")
    }
  }

  /// Detaches every mount at a path and below it, the newest first.
  static func detachAll(below path: String) {
    for _ in 0..<100 {
      guard let last = try? below(path).last else { return }
      guard umount2(last.point, Int32(MNT_DETACH)) == 0 else { return }
    }
  }
}

/// A mount made with mount(8), gone with the last reference.
final class Mount: Sendable {
  let point: String

  /// Mounts at a new directory.
  ///
  /// - Parameter arguments: What stands before the mount point on mount(8)'s command line.
  init(_ arguments: String..., at point: String) throws {
    self.point = point
    try output("mkdir", "-p", point)
    try Command(["mount"] + arguments + [point]).succeed()
  }

  deinit {
    if umount2(point, 0) != 0 { umount2(point, Int32(MNT_DETACH)) }
    rmdir(point)
  }

  /// The kernel's view of a SquashFS file.
  static func squashFS(_ file: String, at point: String) throws -> Mount {
    try Mount("-t", "squashfs", "-o", "loop,ro", file, at: point)
  }
}
