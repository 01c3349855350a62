import SquashFS
import Testing

@Suite("Images that break the format's rules")
struct HostileImageTests {
  private var image: PatchableImage
  init() throws { image = try PatchableImage() }

  private func expect(
    _ structure: SquashFSError.Structure, _ defect: SquashFSError.Defect,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: SquashFSError.corrupt(structure, defect), sourceLocation: location) {
      try image.open()
    }
  }

  @Test("the image is fine before it is damaged")
  func sound() throws {
    let volume = try image.open()
    #expect(try volume.find("a/b/c").type == .directory)
    #expect(try volume.find("hello").hasXattrs)
    #expect(try volume.find("sparse").size == 20002)
  }

  @Test("a directory that contains its parent is refused")
  mutating func cycle() throws {
    let root = try image.volume.inode(image.volume.root)
    let entry = try image.entry("c")
    let parent = try image.volume.find("a")
    image.put(UInt16(parent.position.rawValue), at: entry)
    expect(.directory, .cycle)
    image.put(UInt16(root.position.rawValue), at: entry)
    expect(.directory, .cycle)
  }

  @Test("a directory with two names is refused")
  mutating func twoNames() throws {
    image.put(UInt16(try image.volume.find("a").position.rawValue), at: try image.entry("empty"))
    expect(.directory, .cycle)
  }

  @Test("names must be in order and differ")
  mutating func order() throws {
    let entry = try image.entry("hello")
    image.bytes[entry + 8] = UInt8(ascii: "z")
    expect(.directory, .unordered)
    image = try PatchableImage()
    let block = try image.entry("f1")
    image.bytes[block + 9] = UInt8(ascii: "0")
    expect(.directory, .unordered)
  }

  @Test("names must be names", arguments: ["/", "\0", "."])
  mutating func names(byte: String) throws {
    let entry = try image.entry("c")
    image.bytes[entry + 8] = Array(byte.utf8)[0]
    expect(.directory, .badName)
  }

  @Test("an entry and its inode must agree in type and number")
  mutating func mismatch() throws {
    let entry = try image.entry("fifo")
    image.put(UInt16(2), at: entry + 4)
    expect(.directory, .mismatch)
    image.put(UInt16(6), at: entry + 4)
    _ = try image.open()
    image.bytes[entry + 2] ^= 1
    expect(.directory, .mismatch)
    image.bytes[entry + 2] ^= 1
    image.put(UInt16(99), at: entry + 4)
    expect(.directory, .badValue)
  }

  @Test("two inodes must not have one number")
  mutating func number() throws {
    image.put(try image.volume.find("fifo").number, at: try image.inode("link") + 12)
    expect(.inode, .duplicateNumber)
    image.put(UInt32(0), at: try image.inode("link") + 12)
    expect(.inode, .badValue)
    image.put(UInt32.max, at: try image.inode("link") + 12)
    expect(.inode, .badValue)
  }

  @Test("an inode must have a type and owners that exist")
  mutating func header() throws {
    let inode = try image.inode("fifo")
    image.put(UInt16(15), at: inode)
    expect(.inode, .badValue)
    image.put(UInt16(6), at: inode)
    image.put(UInt16(500), at: inode + 4)
    expect(.idTable, .outOfBounds)
  }

  @Test("a file's blocks must fit the table, the block size and the image")
  mutating func file() throws {
    let inode = try image.inode("a/block")
    image.put(UInt32.max, at: inode + 28)
    expect(.regularFile, .badSize)
    image.put(UInt32(4096), at: inode + 28)
    image.put(UInt32(4097 | 1 << 24), at: inode + 32)
    expect(.regularFile, .badSize)
    image.put(UInt32(1 << 25), at: inode + 32)
    expect(.regularFile, .badSize)
    image.put(UInt32(4096 | 1 << 24), at: inode + 32)
    image.put(UInt32(image.bytes.count - 4095), at: inode + 16)
    expect(.regularFile, .outOfBounds)
    image.put(UInt32(0), at: inode + 16)
    expect(.regularFile, .outOfBounds)
  }

  @Test("a tail end must lie in a fragment block that exists")
  mutating func tail() throws {
    // `hello` has attributes, so its inode is an extended one.
    let inode = try image.inode("hello")
    #expect(image.bytes[inode] == 9)
    image.put(UInt32(77), at: inode + 16 + 28)
    expect(.regularFile, .outOfBounds)
    image.put(UInt32(0), at: inode + 16 + 28)
    image.put(UInt32(4095), at: inode + 16 + 32)
    expect(.regularFile, .outOfBounds)
  }

  @Test("a symbolic link's target must be one")
  mutating func target() throws {
    let inode = try image.inode("link")
    image.bytes[inode + 25] = 0
    expect(.symbolicLink, .badName)
    image.put(UInt32(100_000), at: inode + 20)
    expect(.symbolicLink, .outOfBounds)
  }

  @Test("a listing must end with an entry and lie in the table")
  mutating func listing() throws {
    let inode = try image.inode("many")
    let size = UInt16(try image.volume.find("many").size)
    image.put(size - 1, at: inode + 24)
    expect(.directory, .badSize)
    image.put(UInt16(65000), at: inode + 24)
    expect(.inode, .outOfBounds)
    image.put(UInt16(9000), at: inode + 26)
    expect(.inode, .outOfBounds)
  }

  @Test("an index of extended attributes must exist")
  mutating func xattrIndex() throws {
    image.put(UInt32(1000), at: try image.inode("hello") + 16 + 36)
    expect(.inode, .outOfBounds)
  }

  @Test("extended attributes must fit their table and the limits")
  mutating func xattrs() throws {
    #expect(throws: SquashFSError.tooLarge(.xattrs, limit: 100)) {
      try image.open(VolumeLimits(xattrBytesPerInode: 100))
    }
    let table = Int(image.volume.superblock.xattrTable)
    let pairs = (0..<8).reduce(0) { $0 | Int(image.bytes[table + $1]) << ($1 * 8) } + 2
    image.put(UInt16(60000), at: pairs + 2)
    expect(.xattrTable, .outOfBounds)
    // A number of sets that the image cannot hold.
    image.put(UInt32.max, at: table + 8)
    expect(.xattrTable, .outOfBounds)
  }

  @Test("the root must be a directory")
  mutating func root() throws {
    image.put(UInt64(try image.volume.find("fifo").position.rawValue), at: 32)
    expect(.superblock, .mismatch)
    image.put(UInt64(5000) << 16, at: 32)
    expect(.superblock, .outOfBounds)
  }

  @Test("more inodes than the table can hold are refused")
  mutating func inodeCount() {
    image.put(UInt64.max, at: 88)
    image.put(UInt32.max, at: 4)
    expect(.superblock, .mismatch)
  }

  @Test("an export table must point into the inode table")
  mutating func export() throws {
    let list = Int(image.volume.superblock.exportTable)
    let block = (0..<8).reduce(0) { $0 | Int(image.bytes[list + $1]) << ($1 * 8) }
    // The export table's block may be compressed; make its address wrong instead.
    image.put(UInt64(block) + 1, at: list)
    #expect(throws: SquashFSError.self) { try image.open() }
    image.put(UInt64.max, at: list)
    expect(.exportTable, .outOfBounds)
  }

  @Test("memory is limited before it is taken")
  mutating func limits() {
    #expect(throws: SquashFSError.tooLarge(.inodeTable, limit: 100)) {
      try image.open(VolumeLimits(metadataBytes: 100))
    }
    #expect(throws: SquashFSError.self) {
      try image.open(VolumeLimits(metadataBytes: 20_000))
    }
  }

  @Test("every shorter image is refused")
  func truncation() {
    let used = Int(image.volume.superblock.bytesUsed)
    for count in stride(from: 0, to: used, by: 7) {
      #expect(throws: SquashFSError.self) {
        try Volume(ArrayBlob(bytes: Array(image.bytes[..<count])))
      }
    }
  }

  @Test("an error of the blob is passed on")
  func brokenBlob() {
    #expect(throws: SquashFSError.readFailed("the disk is gone")) { try Volume(BrokenBlob()) }
  }

  @Test("a data block that does not decompress to its size is an error when it is read")
  func dataBlock() throws {
    var bytes = try TinyImage.make("-comp zstd -b 4K")
    let volume = try Volume(ArrayBlob(bytes: bytes))
    let inode = try volume.find("a/block")
    guard case .stored(let stored) = try volume.block(0, of: inode) else {
      Issue.record("the block is stored")
      return
    }
    for offset in 0..<Int(stored.storedSize) { bytes[Int(stored.offset) + offset] = 0xA5 }
    let blob = ArrayBlob(bytes: bytes)
    let reader = BlockReader(try Volume(blob), blob)
    var buffer = [UInt8](repeating: 0, count: 4096)
    #expect(throws: SquashFSError.corrupt(.dataBlock, .undecodable)) {
      try reader.read(inode, at: 0, into: &buffer)
    }
  }
}
