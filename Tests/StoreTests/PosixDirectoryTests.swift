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

  @Test(
    "holds images, with the modes that its readers say, whatever the umask",
    arguments: [
      (.world, 0o755, 0o644, 0o1777), (.group, 0o2750, 0o640, 0o2750),
      (.owner, 0o700, 0o600, 0o700),
    ] as [(ImageAccess.Visibility, UInt16, UInt16, UInt16)], [0o077, 0])
  func modes(
    expected: (readers: ImageAccess.Visibility, directory: UInt16, file: UInt16, leases: UInt16),
    mask: mode_t
  ) throws {
    try withTemporaryPath { path in
      let old = umask(mask)
      defer { umask(old) }
      let store = try Store.create(
        at: PosixDirectory(path), parameters: testParameters,
        access: StoreAccess(readers: expected.readers, group: getegid()))
      let lease = try store.takeLease(of: 1, for: 100, purpose: "a test")
      #expect(store.note(of: lease)?.purpose == "a test")
      try Sample("a").publish(to: store)
      try Sample("b", blocks: [1, 5]).publish(to: store)
      #expect(store.check(.data) == [])
      #expect(try FileStatus(of: path).mode == expected.directory)
      let files = try all(path)
      #expect(files.count > 15)
      for file in files {
        let status = try FileStatus(of: file)
        let isLeases = file.lastComponent?.string == "leases"
        let directory = isLeases ? expected.leases : expected.directory
        #expect(
          status.mode == (status.kind == .directory ? directory : expected.file), "\(file)")
        if status.kind == .regular { #expect(status.links == 1, "\(file)") }
      }
      #expect(try Paths.list(path.appending("staging")) == [])
    }
  }

  @Test(
    "gives files the group of the store, whoever writes them",
    .enabled(if: geteuid() == 0, "needs root"))
  func group() throws {
    try withTemporaryPath { path in
      let store = try Store.create(
        at: PosixDirectory(path), parameters: testParameters,
        access: StoreAccess(readers: .group, group: 4_000_123))
      try Sample("a").publish(to: store)
      #expect(store.description.access.group == 4_000_123)
      for file in try all(path) { #expect(try FileStatus(of: file).gid == 4_000_123, "\(file)") }
      #expect(try Store.open(PosixDirectory(path)).description == store.description)
    }
  }

  @Test("follows a mode that was changed later, for files made from then on")
  func laterMode() throws {
    try withTemporaryPath { path in
      _ = try Store.create(at: PosixDirectory(path), parameters: testParameters)
      for area in try Paths.list(path) where area != "firn.json" {
        try Paths.setMode(path.appending(area), 0o2770)
      }
      let store = try Store.open(PosixDirectory(path))
      try Sample("a").publish(to: store)
      let newest = path.appending("generations/2")
      #expect(try FileStatus(of: newest).mode == 0o640, "nobody writes to what is there")
    }
  }

  @Test("sets the mode of a directory that was there before")
  func presentDirectory() throws {
    try withTemporaryPath { path in
      try Paths.makeDirectory(path, mode: 0o777)
      _ = try Store.create(
        at: PosixDirectory(path), parameters: testParameters,
        access: StoreAccess(readers: .owner))
      #expect(try FileStatus(of: path).mode == 0o700)
    }
  }

  @Test("is not held up or filled by what others leave among the leases")
  func strangeLeases() throws {
    try withTemporaryPath { path in
      let store = try Store.create(at: PosixDirectory(path), parameters: testParameters)
      let kept = try store.takeLease(of: 1, for: 100, purpose: "mine")
      func lease(_ number: UInt64) -> Lease {
        Lease(token: WriterToken(rawValue: number), generation: 1, expires: 9_000_000_000)
      }
      let leases = path.appending("leases")
      let fifo = leases.appending(lease(1).name).string
      #expect(mkfifo(fifo, 0o666) == 0)
      try Paths.makeDirectory(leases.appending(lease(2).name))
      try Paths.symbolicLink(leases.appending(lease(3).name), pointingTo: "/etc/passwd")
      let large = leases.appending(lease(4).name).string
      let file = open(large, O_CREAT | O_WRONLY, 0o644)
      #expect(ftruncate(file, 1 << 40) == 0 && close(file) == 0)
      #expect(try store.leases().count == 5)
      for number in 1...4 { #expect(store.note(of: lease(UInt64(number))) == nil) }
      #expect(store.note(of: kept)?.purpose == "mine")
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
