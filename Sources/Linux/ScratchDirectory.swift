internal import Glibc
public import SystemPackage

/// A directory of a command's own, which nobody else may enter; removed with everything in it by
/// ``remove()``.
public struct ScratchDirectory: Sendable {
  /// The directory.
  public let path: FilePath

  /// Makes one (mkdtemp(3)) in the directory that `TMPDIR` names, or else in /var/tmp.
  ///
  /// - Parameter name: What its name begins with.
  public init(named name: String) throws(SystemError) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    let template = FilePath(parent.isEmpty ? "/var/tmp" : parent).appending("\(name)-XXXXXX")
    var made: String?
    template.withPlatformString { text in
      guard let copy = strdup(text) else { return }
      if mkdtemp(copy) != nil { made = String(cString: copy) }
      free(copy)
    }
    guard let made else { throw SystemError("mkdtemp", template, .current) }
    path = FilePath(made)
  }

  /// Removes it, as far as that is possible; what is mounted in it is left alone.
  public func remove() { Paths.removeTree(path) }
}
