import Glibc
import Linux
import SystemPackage
import Testing

@Suite("Descriptors")
struct OwnedDescriptorTests {
  private func isOpen(_ number: Int32) -> Bool { fcntl(number, F_GETFD) >= 0 }

  @Test("are close-on-exec and know their path")
  func opened() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write("file", [1])
    let file = try OwnedDescriptor(opening: path)
    let flags = fcntl(file.rawValue, F_GETFD)
    #expect(flags & FD_CLOEXEC != 0)
    let own = file.path
    #expect(own == path)
  }

  @Test("are closed when their owner goes, by closing, and not after they were given up")
  func closed() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write("file", [1])
    // Numbers are looked at by what they refer to: other tests open files at the same time.
    func refers(_ number: Int32) -> Bool {
      (try? Paths.linkTarget(FilePath("/proc/self/fd/\(number)"))) == path
    }
    let number: Int32
    do {
      let file = try OwnedDescriptor(opening: path)
      number = file.rawValue
      let isOpen = refers(number)
      #expect(isOpen)
    }
    #expect(!refers(number))
    let second = try OwnedDescriptor(opening: path)
    let other = second.rawValue
    try second.close()
    #expect(!refers(other))
    let third = try OwnedDescriptor(opening: path).relinquish()
    #expect(refers(third))
    Glibc.close(third)
  }

  @Test("say which call failed on which path, and why")
  func errors() throws {
    let scratch = try ScratchDirectory()
    let missing = scratch.path.appending("missing")
    #expect(throws: SystemError("open", missing, .noSuchFileOrDirectory)) {
      _ = try OwnedDescriptor(opening: missing)
    }
    let file = try scratch.write("file", [1])
    #expect(throws: SystemError("open", file, .fileExists)) {
      _ = try OwnedDescriptor(opening: file, [.create, .exclusive, .writeOnly])
    }
    #expect(throws: SystemError("open", file, .notDirectory)) {
      _ = try OwnedDescriptor(opening: file, .directory)
    }
    let link = scratch.path.appending("link")
    try Paths.symbolicLink(link, pointingTo: file)
    #expect(throws: SystemError("open", link, .tooManySymbolicLinkLevels)) {
      _ = try OwnedDescriptor(opening: link, .noFollow)
    }
  }

  @Test("read and write at offsets")
  func offsets() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path.appending("file")
    let file = try OwnedDescriptor(opening: path, [.readWrite, .create])
    try file.writeAll(([1, 2, 3] as [UInt8]).span.bytes)
    try file.writeAll(([9] as [UInt8]).span.bytes, at: 5)
    try file.writeAll(([4] as [UInt8]).span.bytes)
    let whole = try file.readBytes(at: 0, count: 100)
    #expect(whole == [1, 2, 3, 4, 0, 9])
    let middle = try file.readBytes(at: 2, count: 2)
    #expect(middle == [3, 4])
    let beyond = try file.readBytes(at: 6, count: 2)
    #expect(beyond.isEmpty)
    try file.synchronize()
    try file.close()
    #expect(try readBytes(path) == whole)
  }

  @Test("read and write everything, however large")
  func large() throws {
    let scratch = try ScratchDirectory()
    let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) }
    let path = try scratch.write("file", content)
    let file = try OwnedDescriptor(opening: path)
    let read = try file.readBytes(at: 0, count: content.count + 5)
    #expect(read == content)
    #expect(try readBytes(path) == content)
  }

  @Test("set the mode whatever the umask is")
  func mode() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write("file", [])
    for mode: UInt32 in [0o600, 0o644, 0o4755] {
      try OwnedDescriptor(opening: path, .readWrite).setMode(mode)
      #expect(try FileStatus(of: path).mode == UInt16(mode))
    }
  }

  @Test("are cut, or continued with zeros, where they are to end")
  func truncate() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write("file", [1, 2, 3, 4])
    let file = try OwnedDescriptor(opening: path, .readWrite)
    try file.truncate(to: 2)
    #expect(try readBytes(path) == [1, 2])
    try file.truncate(to: 3)
    #expect(try readBytes(path) == [1, 2, 0])
    let reader = try OwnedDescriptor(opening: path)
    #expect(throws: SystemError.self) { try reader.truncate(to: 0) }
  }
}
