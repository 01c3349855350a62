internal import Glibc
internal import Linux
internal import SystemPackage

/// The kernel's readahead of a mount, which it limits to 128 KiB unless root says otherwise.
enum Readahead {
  /// Raises the readahead of a mount to a number of bytes; does nothing for users.
  ///
  /// - Returns: why that failed, if it did.
  static func raise(of entry: MountTableEntry, to bytes: Int) -> SystemError? {
    guard geteuid() == 0 else { return nil }
    let path = FilePath("/sys/class/bdi/\(entry.major):\(entry.minor)/read_ahead_kb")
    do throws(SystemError) {
      let file = try OwnedDescriptor(opening: path, .readWrite)
      let current = String(decoding: try file.readBytes(at: 0, count: 32), as: UTF8.self)
      let kibibytes = bytes / 1024
      if let value = Int(current.prefix { $0.isNumber }), value >= kibibytes { return nil }
      try file.writeAll(Array("\(kibibytes)\n".utf8).span.bytes)
      return nil
    } catch {
      return error
    }
  }
}
