import FUSE
import Glibc
import Linux
import MemoryFileSystem
import Synchronization
import SystemPackage
import Testing

/// Whether this process can mount: the reason tests are skipped is this and nothing else.
let canMount = geteuid() == 0 && access("/dev/fuse", R_OK | W_OK) == 0

/// Makes an empty directory for a test and removes it afterwards, with whatever it contains.
func withDirectory<Result>(_ body: (FilePath) throws -> Result) throws -> Result {
  var template = Array("/tmp/firn-fuse-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp", nil, .ioError) }
  let path = template.withUnsafeBufferPointer { buffer in
    buffer.baseAddress.map { FilePath(platformString: $0) } ?? "/nowhere"
  }
  defer {
    while let table = try? MountTable.current(),
      let left = table.entries.last(where: { $0.mountPoint.starts(with: path) })
    {
      Issue.record("the test left a mount behind at \(left.mountPoint)")
      try? Mounts.detach(left.mountPoint, force: true)
    }
    _ = try? ChildProcess(running: "rm", ["-rf", "--one-file-system", path.string])
  }
  chmod(path.string, 0o755)
  return try body(path)
}

/// A session that runs on a thread of its own.
final class Mounted: Sendable {
  let session: Session
  let path: FilePath
  let readiness: Readiness?
  let thread: JoinableThread

  init(
    _ fileSystem: any FileSystem, at path: FilePath, _ mount: MountOptions,
    _ options: SessionOptions
  ) throws {
    let session = try Session(fileSystem, mountPoint: path, mount: mount, options: options)
    let latch = Latch()
    let (readiness, outcome) = (Shared<Readiness>(), Shared<Result<Void, FUSEError>>())
    thread = try JoinableThread {
      do throws(FUSEError) {
        try session.run {
          readiness.set($0); latch.open()
        }
        outcome.set(.success(()))
      } catch {
        outcome.set(.failure(error))
      }
      latch.open()
    }
    latch.wait()
    self.session = session
    self.path = path
    self.readiness = readiness.value
    sharedOutcome = outcome
  }

  private let sharedOutcome: Shared<Result<Void, FUSEError>>

  /// Waits for the end and says how the session ended.
  func end() throws {
    thread.join()
    try sharedOutcome.value?.get()
  }
}

/// A value that one thread sets and another reads.
final class Shared<Value: Sendable>: Sendable {
  private let storage = Mutex<Value?>(nil)
  var value: Value? { storage.withLock { $0 } }
  func set(_ value: Value) { storage.withLock { $0 = value } }
  func update(_ body: (Value?) -> Value) { storage.withLock { $0 = body($0) } }
}

/// Mounts a file system in a fresh directory for the duration of a closure.
func withMounted<Result>(
  _ fileSystem: any FileSystem, _ mount: MountOptions = MountOptions(fileSystemName: "test"),
  options: SessionOptions = SessionOptions(), _ body: (Mounted) throws -> Result
) throws -> Result {
  try withDirectory { path in
    let mounted = try Mounted(fileSystem, at: path, mount, options)
    defer {
      mounted.session.stop()
      mounted.thread.join()
    }
    return try body(mounted)
  }
}

/// Runs a program and returns its output; throws when it fails.
@discardableResult
func output(of program: String, _ arguments: String...) throws -> String {
  let child = try ChildProcess(running: program, arguments)
  guard child.exitStatus == 0 else { throw ProgramFailure(text: child.output) }
  return child.output
}

/// A program that ended with another exit status than 0, and what it printed.
struct ProgramFailure: Error { let text: String }

/// A buffer whose every byte can be told from its neighbours.
func pattern(_ count: Int) -> SharedBuffer {
  SharedBuffer(capacity: count) { span in
    for index in 0..<count {
      let byte = UInt8(truncatingIfNeeded: index ^ (index >> 8))
      span.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
    }
    return count
  }
}

/// The bytes of a buffer.
func bytes(_ buffer: SharedBuffer) -> [UInt8] {
  buffer.withBytes { $0.withUnsafeBytes { [UInt8]($0) } }
}

/// Reads a whole file.
func contents(_ path: FilePath) throws -> [UInt8] {
  let file = try OwnedDescriptor(opening: path)
  return try file.readBytes(at: 0, count: Int(try file.status().size))
}
