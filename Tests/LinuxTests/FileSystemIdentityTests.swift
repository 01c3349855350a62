import Linux
import Synchronization
import SystemPackage
import Testing

@Suite(
  "As whom a thread opens files", .serialized,
  .enabled(if: effectiveUser() == 0 && UserAccount(uid: 65_534) != nil, "needs root"))
struct FileSystemIdentityTests {
  /// Runs on a thread of its own, whose ids end with it; gives whether a file could be read before,
  /// as nobody, by a thread started then, and afterwards.
  private func attempts(_ file: FilePath) throws -> [Bool] {
    let nobody = try #require(UserAccount(uid: 65_534))
    let results = Mutex<[Bool]>([])
    @Sendable func attempt() { results.withLock { $0.append((try? readText(file)) != nil) } }
    // The groups belong to the whole process; the tests beside this one are root all the same.
    let thread = try JoinableThread {
      attempt()
      guard (try? FileSystemIdentity.assume(nobody)) != nil else { return }
      attempt()
      let child = try? JoinableThread { attempt() }
      child?.join()
      FileSystemIdentity.resume()
      attempt()
    }
    thread.join()
    return results.withLock { $0 }
  }

  @Test("is that of the account, for the thread and those it starts, until it resumes")
  func assume() throws {
    let directory = try ScratchDirectory()
    try Paths.setMode(directory.path, 0o711)
    let secret = try directory.write("secret", [65])
    try Paths.setMode(secret, 0o600)
    #expect(try attempts(secret) == [true, false, false, true])
    let open = try directory.write("open", [66])
    try Paths.setMode(open, 0o604)
    #expect(try attempts(open) == [true, true, true, true])
    #expect(try readText(secret) == "A", "other threads are as they were")
  }
}
