import Digests
import Linux
import Store
import StoreSimulation
import Synchronization
import SystemPackage
import Testing

@testable import StartBundles

@Suite("A start bundle")
struct BundleTests {
  private let identity = SHA256Digest.of(Array("an image".utf8).span.bytes)
  private let files = SyntheticFiles(sizes: [2: 9 << 20, 3: 5_000_001, 4: 100])

  private var trace: AccessTrace {
    let odd = (0..<400).map { PageRun(inode: 2, first: 2 * UInt32($0), count: 1) }
    let rest = [
      PageRun(inode: 3, first: 0, count: 2000), PageRun(inode: 4, first: 0, count: 1),
      PageRun(inode: 2, first: 1001, count: 1200),
    ]
    return AccessTrace(of: identity, recorded: odd + rest, isExact: true)
  }

  private func build(
    _ files: SyntheticFiles, limit: UInt64 = BundleBuilder.sizeLimit, in store: Store
  ) throws -> BundleBuilder.Summary? {
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    return try BundleBuilder(sizeLimit: limit).build(trace, from: files, in: staging)
  }

  /// A file that notes what is read of it, and fails or changes bytes where told to.
  private final class ObservedFile: StoreFile {
    private let file: any StoreFile
    private let failing: UInt64?
    private let flipped: UInt64?
    let reads = Mutex<[Range<UInt64>]>([])

    init(_ file: any StoreFile, failing: UInt64? = nil, flipped: UInt64? = nil) {
      self.file = file
      self.failing = failing
      self.flipped = flipped
    }

    var size: UInt64 { file.size }

    func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SystemError) -> Int {
      let range = offset..<offset + UInt64(buffer.byteCount)
      reads.withLock { $0.append(range) }
      if let failing, range.contains(failing) { throw SystemError("pread", nil, .ioError) }
      let count = try file.read(at: offset, into: &buffer)
      if let flipped, range.contains(flipped) {
        buffer.withUnsafeMutableBytes { $0[Int(flipped - offset)] ^= 1 }
      }
      return count
    }
  }

  private func bytes(
    _ bundle: StartBundle, _ inode: UInt32, _ range: Range<UInt64>
  ) throws -> [UInt8]? {
    try bundle.pieces(of: inode, range)?.flatMap { piece in
      try bundle.content(ofFrame: piece.frame).withBytes { span in
        span.extracting(piece.range).withUnsafeBytes { Array($0) }
      }
    }
  }

  @Test("has exactly the pages of its trace, with their bytes")
  func content() throws {
    let (store, _) = try memoryStore()
    let summary = try #require(try build(files, in: store))
    #expect(summary.pages == 400 + 1221 + 1 + 1200 && summary.files == 3 && summary.leftOut == 0)
    let file = ObservedFile(try #require(try store.bundle(of: identity)))
    #expect(file.size == summary.fileSize)
    let bundle = StartBundle(file, of: identity, turn: 5)
    bundle.start()
    let ranges: [(UInt32, Range<UInt64>)] = [
      (2, 0..<4096), (2, 8192 + 17..<12_288), (2, 1001 * 4096..<2201 * 4096),
      (3, 0..<5_000_001), (4, 0..<100), (3, 4_999_999..<5_000_001), (4, 99..<100),
    ]
    for (inode, range) in ranges {
      let expected = try files.bytes(of: inode, range)
      #expect(try bytes(bundle, inode, range) == expected, "\(inode) \(range)")
    }
    for (inode, range) in [
      (2, 4096..<8192), (2, 0..<8192), (2, 1000 * 4096..<1002 * 4096), (5, 0..<1), (4, 0..<101),
    ] as [(UInt32, Range<UInt64>)] {
      #expect(try bundle.pieces(of: inode, range) == nil, "\(inode) \(range)")
    }
    #expect(try bundle.table().paths[4].map { String(decoding: $0, as: UTF8.self) } == "files/4")
    // Every byte of the file once, in large reads.
    let reads = file.reads.withLock { $0.sorted { $0.lowerBound < $1.lowerBound } }
    #expect(reads.first?.lowerBound == 0 && reads.last?.upperBound == file.size)
    #expect(zip(reads, reads.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    #expect(reads.dropLast().allSatisfy { $0.count >= 1 << 20 })
  }

  @Test("leaves out what finds no room, what is needed last first")
  func limit() throws {
    let (store, _) = try memoryStore()
    let summary = try #require(try build(files, limit: 17, in: store))
    #expect(summary.pages == 512 && summary.leftOut == 400 + 1221 + 1 + 1200 - 512)
    let bundle = StartBundle(try #require(try store.bundle(of: identity)), of: identity, turn: 0)
    bundle.start()
    #expect(try bundle.pieces(of: 2, 0..<4096) != nil)
    #expect(try bundle.pieces(of: 4, 0..<100) == nil)
  }

  @Test("is not made of content that cannot be read, and the one before stays")
  func unreadable() throws {
    let (store, _) = try memoryStore()
    var wrong = files
    wrong.failing = [4]
    #expect(throws: BundleBuilder.Failure.self) { try build(wrong, in: store) }
    #expect(try store.bundle(of: identity) == nil && store.names(in: .bundles).isEmpty)
    let empty = try build(SyntheticFiles(sizes: [:]), in: store)
    #expect(empty == nil)
  }

  @Test("with a byte changed anywhere gives an error or the right bytes")
  func flips() throws {
    let (store, _) = try memoryStore()
    _ = try build(files, in: store)
    let whole = try #require(try store.bundle(of: identity))
    let ranges: [(UInt32, Range<UInt64>)] = [
      (2, 0..<4096), (3, 0..<9000), (2, 2000 * 4096..<2003 * 4096),
    ]
    var refused = 0
    for part in 0..<48 as Range<UInt64> {
      let flipped = whole.size * part / 48 + part
      let bundle = StartBundle(ObservedFile(whole, flipped: flipped), of: identity, turn: 0)
      bundle.start()
      for (inode, range) in ranges {
        do {
          let expected = try files.bytes(of: inode, range)
          #expect(try bytes(bundle, inode, range) == expected)
        } catch is StoreError {
          refused += 1
        }
      }
    }
    #expect((10...72).contains(refused), "\(refused)")
  }

  @Test("of which a part cannot be read gives errors for that part only")
  func failingPart() throws {
    let (store, _) = try memoryStore()
    _ = try build(files, in: store)
    let whole = try #require(try store.bundle(of: identity))
    let bundle = StartBundle(ObservedFile(whole, failing: 100), of: identity, turn: 0)
    bundle.start()
    #expect(throws: StoreError.self) { try bytes(bundle, 2, 0..<4096) }
    let last = 2200 * 4096..<2201 * 4096 as Range<UInt64>
    let expected = try files.bytes(of: 2, last)
    #expect(try bytes(bundle, 2, last) == expected)
  }

  @Test("of another image, or of no bytes, is refused")
  func strangers() throws {
    let (store, _) = try memoryStore()
    _ = try build(files, in: store)
    let file = try #require(try store.bundle(of: identity))
    let bundle = StartBundle(file, of: .of([1].span.bytes), turn: 0)
    bundle.start()
    #expect(throws: StoreError.self) { try bundle.table() }
    let empty = StartBundle(EmptyFile(), of: identity, turn: 0)
    empty.start()
    #expect(throws: StoreError.self) { try empty.table() }
  }

  private final class EmptyFile: StoreFile {
    var size: UInt64 { 0 }
    func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SystemError) -> Int { 0 }
  }

  @Test(
    "is read from its end first, then from the node's turn on, each part once",
    arguments: [0, 1, 2, 7, 8, 9, 40], [0, 3, 65_535])
  func order(count: Int, turn: Int) {
    let order = BundleChunks.order(count, turn: turn)
    #expect(order.sorted() == Array(0..<count))
    if count > 1 { #expect(order[0] == count - 1) }
    if count == 40, turn == 3 {
      #expect(order[1...8] == [3, 4, 5, 6, 7, 0, 1, 2])
      #expect(order[9] == 11)
    }
  }
}
