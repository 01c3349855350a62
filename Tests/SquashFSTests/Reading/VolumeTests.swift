import FileTree
import SquashFS
import Testing

@Suite("Volume")
struct VolumeTests {
  private let blob: ArrayBlob
  private let volume: Volume

  init() throws {
    blob = ArrayBlob(bytes: try TinyImage.make("-comp zstd -b 4K"))
    volume = try Volume(blob)
  }

  @Test("positions are the same whenever the bytes are opened")
  func positions() throws {
    let again = try Volume(blob)
    for path in ["", "hello", "a/b/c", "many/f39", "null"] {
      #expect(try again.find(path).position == volume.find(path).position)
    }
    #expect(again.root == volume.root)
  }

  @Test("only positions of inodes are taken, every other is unknown")
  func unknown() throws {
    var known = 0
    for position in 0..<UInt32(5000) {
      do throws(SquashFSError) {
        let inode = try volume.inode(InodePosition(rawValue: position))
        #expect(inode.position.rawValue == position)
        known += 1
      } catch {
        #expect(error == .unknownInode(InodePosition(rawValue: position)))
      }
    }
    #expect(known == Int(volume.superblock.inodeCount))
  }

  @Test("operations on an inode of another kind are refused")
  func wrongKind() throws {
    let (file, directory) = (try volume.find("hello"), try volume.find("a"))
    #expect(throws: SquashFSError.wrongKind(needed: .directory)) {
      try volume.lookup(bytes: [65], in: file)
    }
    #expect(throws: SquashFSError.wrongKind(needed: .directory)) {
      try volume.forEachEntry(in: file) { _, _ in true }
    }
    #expect(throws: SquashFSError.wrongKind(needed: .symbolicLink)) {
      try volume.linkTarget(of: file)
    }
    #expect(throws: SquashFSError.wrongKind(needed: .regularFile)) {
      try volume.block(0, of: directory)
    }
    var buffer = [UInt8](repeating: 0, count: 1)
    #expect(throws: SquashFSError.wrongKind(needed: .regularFile)) {
      try BlockReader(volume, blob).read(directory, at: 0, into: &buffer)
    }
  }

  @Test("hard links are one inode")
  func hardLinks() throws {
    let (one, two) = (try volume.find("hello"), try volume.find("a/hard"))
    #expect(one == two)
    #expect(one.links == 2)
  }

  @Test("devices, fifos and links are what the pseudo file says")
  func kinds() throws {
    let null = try volume.find("null")
    #expect(null.kind == .characterDevice(DeviceNumber(major: 1, minor: 3)))
    #expect(null.mode == 0o666)
    let disk = try volume.find("disk")
    #expect(disk.kind == .blockDevice(DeviceNumber(major: 8, minor: 1)))
    #expect(try volume.find("fifo").kind == .fifo)
    #expect(try volume.linkTarget(of: volume.find("link")) == Array("hello".utf8))
    #expect(try volume.find("link").size == 5)
    #expect(try volume.find("hello").mtime == 1000)
  }

  @Test("an empty directory has no entries and a listing can be left at any time")
  func listing() throws {
    var count = 0
    try volume.forEachEntry(in: volume.find("empty")) { _, _ in
      count += 1
      return true
    }
    #expect(count == 0)
    try volume.forEachEntry(in: volume.find("many")) { _, _ in
      count += 1
      return count < 7
    }
    #expect(count == 7)
  }

  @Test("listing goes on at any cookie, whether an entry gave it or not")
  func cookies() throws {
    let directory = try volume.find("many")
    var entries: [DirectoryEntry] = []
    try volume.forEachEntry(in: directory) { entry, _ in
      entries.append(entry)
      return true
    }
    #expect(entries.count == 40)
    for cookie in 0...directory.size + 10 {
      var rest: [DirectoryEntry] = []
      try volume.forEachEntry(in: directory, from: cookie) { entry, _ in
        rest.append(entry)
        return true
      }
      // All entries that begin at or behind the cookie: the one before has no greater cookie.
      let expected = entries.indices.dropFirst().filter { entries[$0 - 1].cookie >= cookie }
      #expect(rest.suffix(39) == expected.map { entries[$0] }, "cookie \(cookie)")
    }
  }

  @Test("blocks, holes and tail of a file are located")
  func blocks() throws {
    let sparse = try volume.find("sparse")
    #expect(try volume.block(0, of: sparse) == .hole(count: 4096))
    #expect(throws: SquashFSError.corrupt(.regularFile, .outOfBounds)) {
      try volume.block(volume.blockCount(of: sparse), of: sparse)
    }
    #expect(throws: SquashFSError.corrupt(.regularFile, .outOfBounds)) {
      try volume.block(-1, of: sparse)
    }
    let hello = try volume.find("hello")
    let tail = try #require(try volume.tail(of: hello))
    #expect(tail.size == 6)
    #expect(try volume.blockCount(of: hello) == 0)
    #expect(try volume.fragment(tail.fragment).size == 4096)
    #expect(throws: SquashFSError.corrupt(.fragmentTable, .outOfBounds)) {
      try volume.fragment(volume.superblock.fragmentCount)
    }
    #expect(try volume.tail(of: volume.find("a/block")) == nil)
  }

  @Test("reading at and behind the end gives what there is")
  func reading() throws {
    let reader = BlockReader(volume, blob)
    let hello = try volume.find("hello")
    for (offset, expected) in [(0, "hello\n"), (4, "o\n"), (6, ""), (1 << 60, "")] {
      var buffer = [UInt8](repeating: 7, count: 100)
      let count = try reader.read(hello, at: UInt64(offset), into: &buffer)
      #expect(Array(buffer[..<count]) == Array(expected.utf8))
      #expect(buffer[count...].allSatisfy { $0 == 7 })
    }
  }

  @Test("extended attributes are found by their full name only")
  func xattrs() throws {
    let hello = try volume.find("hello")
    #expect(try volume.xattrs(of: hello).map(\.name).sorted() == ["user.large", "user.one"])
    #expect(try volume.xattr(bytes: Array("user.one".utf8), of: hello) == Array("value".utf8))
    #expect(try volume.xattr(bytes: Array("user.large".utf8), of: hello)?.count == 300)
    for name in ["one", "user.", "user.on", "user.one ", "trusted.one", ""] {
      #expect(try volume.xattr(bytes: Array(name.utf8), of: hello) == nil)
    }
    #expect(try volume.xattrs(of: volume.find("fifo")).isEmpty)
    #expect(volume.hasXattrs)
  }

  @Test("many threads may use one volume and one reader")
  func threads() async throws {
    let (volume, reader) = (volume, BlockReader(volume, blob))
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          var sum = 0
          for path in ["hello", "blocks", "sparse", "a/block"] {
            var buffer = [UInt8](repeating: 0, count: 30_000)
            sum += try reader.read(volume.find(path), at: 0, into: &buffer)
          }
          return sum
        }
      }
      for try await sum in group { #expect(sum == 6 + 9300 + 20002 + 4096) }
    }
  }
}
