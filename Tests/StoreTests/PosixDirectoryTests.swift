import Glibc
import Linux
import StoreSimulation
import Synchronization
import SystemPackage
import Testing

@testable import Store

@Suite("A store on a real file system", .serialized)
struct PosixDirectoryTests {
  private func all(_ path: FilePath) throws -> [FilePath] {
    try Paths.list(path).flatMap { name in
      let child = path.appending(name)
      let isDirectory = try FileStatus(of: child).kind == .directory
      return [child] + (isDirectory ? try all(child) : [])
    }
  }

  @Test("holds images, with directories 0755 and files 0644 whatever the umask")
  func modes() throws {
    try withTemporaryPath { path in
      let old = umask(0o077)
      defer { umask(old) }
      let store = try Store.create(at: PosixDirectory(path), parameters: testParameters)
      try Sample("a").publish(to: store)
      try Sample("b", blocks: [1, 5]).publish(to: store)
      #expect(store.check(.data) == [])
      #expect(try FileStatus(of: path).mode == 0o755)
      let files = try all(path)
      #expect(files.count > 15)
      for file in files {
        let status = try FileStatus(of: file)
        #expect(status.mode == (status.kind == .directory ? 0o755 : 0o644), "\(file)")
        if status.kind == .regular { #expect(status.links == 1, "\(file)") }
      }
      #expect(try Paths.list(path.appending("staging")) == [])
    }
  }

  @Test("loses nothing when many publish at once")
  func concurrency() throws {
    try withTemporaryPath { path in
      _ = try Store.create(at: PosixDirectory(path), parameters: testParameters)
      let failures = Mutex<[String]>([])
      let threads = try (0..<8).map { number in
        try JoinableThread {
          do {
            for round in 0..<3 {
              let store = try Store.open(PosixDirectory(path))
              let name = "image\(number)-\(round)"
              try Sample(name, blocks: [UInt64(round), UInt64(number + 20)], small: [name])
                .publish(to: store)
            }
          } catch {
            failures.withLock { $0.append("\(error)") }
          }
        }
      }
      for thread in threads { thread.join() }
      #expect(failures.withLock { $0 } == [])
      let store = try Store.open(PosixDirectory(path))
      #expect(try store.newest().images.count == 24)
      #expect(try store.newest().generation == 25)
      #expect(store.check(.data) == [])
    }
  }

  @Test("reports what the file system says")
  func errors() throws {
    try withTemporaryPath { path in
      let directory = PosixDirectory(path)
      try directory.makeDirectory(.root)
      try directory.makeDirectory(.packs)
      let file = StorePath(.packs, "x")
      let writer = try directory.create(file)
      try writer.append(Array("hello".utf8).span.bytes)
      try writer.synchronize()
      func errno(_ body: () throws(SystemError) -> Void) -> Errno? {
        do throws(SystemError) {
          try body()
          return nil
        } catch {
          return error.errno
        }
      }
      #expect(errno { () throws(SystemError) in _ = try directory.create(file) } == .fileExists)
      #expect(
        errno { () throws(SystemError) in try directory.link(file, to: file) } == .fileExists)
      let missing = StorePath(.packs, "y")
      #expect(
        errno { () throws(SystemError) in _ = try directory.read(missing) }
          == .noSuchFileOrDirectory)
      #expect(
        errno { () throws(SystemError) in try directory.makeDirectory(.packs) } == .fileExists)
      #expect(try directory.read(file) == Array("hello".utf8))
      let opened = try directory.open(file)
      #expect(opened.size == 5)
      #expect(try opened.bytes(at: 1, count: 3, of: file) == Array("ell".utf8))
      #expect(throws: StoreError.damaged(file, .truncated)) {
        try opened.bytes(at: 3, count: 3, of: file)
      }
      try directory.rename(file, to: missing)
      #expect(try directory.list(.packs) == ["y"])
      try directory.unlink(missing)
      try directory.synchronize(.packs)
      #expect(try directory.freeSpace().bytes > 0)
    }
  }

  @Test("does not follow a symbolic link in the place of a file")
  func symbolicLinks() throws {
    try withTemporaryPath { path in
      let directory = PosixDirectory(path)
      try directory.makeDirectory(.root)
      try Paths.symbolicLink(path.appending("firn.json"), pointingTo: "/etc/passwd")
      #expect(throws: (any Error).self) { try Store.open(directory) }
    }
  }
}
