internal import Linux
internal import SystemPackage

/// The program that is run as a server: the file as it was, also when it has been replaced or
/// deleted since.
final class ServerProgram {
  let path: FilePath
  private let file: OwnedDescriptor

  /// Above the numbers that a server finds something as: it is started by the number of this
  /// descriptor, after those have got their places.
  private static let lowest: Int32 = 16

  init(_ path: FilePath) throws(SystemError) {
    self.path = path
    let opened = try OwnedDescriptor(opening: path)
    file = try opened.duplicate(notBelow: Self.lowest)
  }

  /// By what the program is started: its name as long as that is the file.
  var startPath: FilePath {
    if let now = try? FileStatus(of: path), let then = try? file.status(), now.inode == then.inode,
      now.device == then.device
    {
      return path
    }
    return FilePath("/proc/self/fd/\(file.rawValue)")
  }
}
