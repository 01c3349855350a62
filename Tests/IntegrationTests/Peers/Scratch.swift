import Glibc

/// A directory of a test's own.
///
/// When the last reference goes, processes that name it are killed, mounts below it are detached,
/// and it is removed. The path has no symbolic links and may be entered by every user.
final class Scratch: Sendable {
  let path: String

  /// Where temporary files go: TMPDIR, otherwise /tmp.
  static let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"

  init(_ purpose: String = "test", below base: String = Scratch.base) throws {
    var template = Array("\(base)/firn-\(purpose)-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemFailure("cannot make \(purpose)") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(path, 0o755)
  }

  deinit { remove() }

  /// Ends all that uses the directory and removes it; harmless when done before.
  func remove() {
    for process in ProcessTable.naming(path) { kill(process, SIGKILL) }
    MountTable.detachAll(below: path)
    _ = try? Command("rm", "-rf", "--one-file-system", path).run()
  }

  /// The path of something in the directory, which need not exist.
  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// Makes a directory, and those it lies in.
  @discardableResult
  func directory(_ name: String, mode: mode_t = 0o755, owner: TestUser? = nil) throws -> String {
    try output("mkdir", "-p", self(name))
    chmod(self(name), mode)
    if let owner { chown(self(name), owner.uid, owner.gid) }
    return self(name)
  }

  /// Writes a file.
  @discardableResult
  func file(_ name: String, _ text: String) throws -> String {
    try writeFile(self(name), Array(text.utf8))
    return self(name)
  }
}
