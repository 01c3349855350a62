import Glibc
import Linux
import MemoryFileSystem
import Synchronization
import SystemPackage

/// Threads that read, list and look at the files of a kept mount, and compare what they get, until
/// they are told to end.
final class MountLoad: Sendable {
  private let path: FilePath
  private let isOver = Atomic(false)
  private let threads = Mutex<[JoinableThread]>([])
  private let found = Mutex<[String]>([])
  private let rounds = Atomic(0)

  init(on path: FilePath, threads count: Int) throws {
    self.path = path
    for number in 0..<count {
      let thread = try JoinableThread { self.run(number) }
      threads.withLock { $0.append(thread) }
    }
  }

  /// How often something was read and compared.
  var count: Int { rounds.load(ordering: .relaxed) }

  /// Ends the threads; what went wrong.
  func end() -> [String] {
    isOver.store(true, ordering: .relaxed)
    for thread in threads.withLock({ $0 }) { thread.join() }
    return found.withLock { $0 }
  }

  private func run(_ number: Int) {
    var random = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 | 1
    while !isOver.load(ordering: .relaxed) {
      random = random &* 6_364_136_223_846_793_005 &+ 1
      do {
        switch random >> 60 {
        case 0: try list()
        case 1...4: try look(Int(random >> 33) % KeptFiles.fileCount)
        case 5...7: try read(4096, of: "offered", at: Int(random >> 33) % KeptFiles.dataSize)
        default: try read(5000, of: "data", at: Int(random >> 33) % KeptFiles.dataSize)
        }
        rounds.add(1, ordering: .relaxed)
      } catch {
        found.withLock { $0.append("\(error)") }
        return
      }
    }
  }

  private struct Wrong: Error { let what: String }

  /// Reads a part that the kernel is made to forget again.
  private func read(_ count: Int, of name: String, at offset: Int) throws {
    let file = try OwnedDescriptor(opening: path.appending(name))
    let bytes = try file.readBytes(at: UInt64(offset), count: count)
    let end = min(offset + count, KeptFiles.dataSize)
    guard bytes == (offset..<end).map(KeptFiles.byte) else {
      throw Wrong(what: "\(name) at \(offset)")
    }
    posix_fadvise(file.rawValue, 0, 0, POSIX_FADV_DONTNEED)
  }

  private func look(_ index: Int) throws {
    let name = path.appending("many/file-\(index)")
    let status = try FileStatus(of: name)
    guard status.size == UInt64(KeptFiles.text(index).count) else {
      throw Wrong(what: "size of \(name)")
    }
    guard try contents(name) == KeptFiles.text(index) else { throw Wrong(what: "\(name)") }
    guard try Paths.linkTarget(path.appending("link")) == "data" else { throw Wrong(what: "link") }
  }

  private func list() throws {
    let names = try Paths.list(path.appending("many"))
    guard names.count == KeptFiles.fileCount else { throw Wrong(what: "\(names.count) names") }
  }
}
