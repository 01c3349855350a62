import Linux
import SystemPackage
import Testing

@Suite("A lock on a file")
struct FileLockTests {
  @Test("is one open file's, until that ends it or is closed")
  func lock() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write("lock", [])
    let second = try OwnedDescriptor(opening: path)
    do {
      let first = try OwnedDescriptor(opening: path)
      var locked = (try first.tryLock(), try second.tryLock())
      #expect(locked == (true, false))
      locked = (try first.tryLock(), try second.tryLock())
      #expect(locked == (true, false), "having it, one may ask again")
      try first.unlock()
      locked = (try second.tryLock(), try first.tryLock())
      #expect(locked == (true, false))
      try second.unlock()
      let again = try first.tryLock()
      #expect(again)
    }
    let freed = try second.tryLock()
    #expect(freed)
  }

  @Test("ends with the process that has it, however that ends")
  func killed() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write("lock", [])
    let file = try OwnedDescriptor(opening: path)
    let script = """
      flock "$1" sleep 100 & holder=$!
      for i in $(seq 100); do flock -n "$1" true || break; sleep 0.05; done
      flock -n "$1" true && echo free; kill -9 $(pgrep -P $holder) $holder; wait 2>/dev/null
      """
    let run = try ChildProcess(running: "bash", ["-c", script, "lock", path.string])
    #expect(!run.output.contains("free"), "\(run.output)")
    var isLocked = false
    for _ in 0..<100 where !isLocked {
      isLocked = try file.tryLock()
      if !isLocked { WallClock.pause(milliseconds: 20) }
    }
    #expect(isLocked)
  }
}
