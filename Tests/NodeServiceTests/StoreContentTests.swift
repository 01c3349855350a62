import Compression
import Digests
import ImageSamples
import Linux
import Store
import StoreSimulation
import SystemPackage
import Testing

@testable import NodeService

@Suite("What a node reads of a store")
struct StoreContentTests {
  private func content(
    _ disk: DiskStore, _ block: Int, by reader: StoreContent
  ) throws(Errno) -> [UInt8] {
    try reader.content(
      of: disk.records[block], at: disk.locations[block], parameters: disk.store.parameters
    ).array
  }

  private func reader(_ disk: DiskStore, _ log: RecordingLog = RecordingLog()) -> StoreContent {
    StoreContent(disk.store, cacheSize: 16 << 20, logger: log.logger)
  }

  @Test(
    "is the content of every block, compressed or not",
    arguments: [Compressor.zstd, .lz4, .gzip, .xz])
  func contents(compressor: Compressor) throws {
    let disk = try DiskStore(compressor: compressor)
    let reader = reader(disk)
    for _ in 0..<2 {
      for (index, expected) in disk.contents.enumerated() {
        #expect(try content(disk, index, by: reader) == expected)
      }
    }
    #expect(reader.cacheCounts == (hits: 10, misses: 10))
    #expect(Set(disk.records.map(\.storedSize.isCompressed)) == [true, false])
  }

  @Test("is for stored bytes what the record says of them")
  func storedBytes() throws {
    let disk = try DiskStore()
    let reader = reader(disk)
    for (record, location) in zip(disk.records, disk.locations) {
      let bytes = try reader.storedBytes(of: record, at: location).array
      #expect(bytes.count == Int(record.storedSize.byteCount))
      #expect(Checksum.of(bytes.span.bytes) == record.checksum)
    }
  }

  @Test(
    "that was damaged is EIO with one line in the log, and other blocks are fine",
    arguments: [0, 5, 9])
  func flipped(damaged: Int) throws {
    let disk = try DiskStore()
    let log = RecordingLog()
    let reader = reader(disk, log)
    try disk.flip(damaged)
    for (index, expected) in disk.contents.enumerated() {
      if index == damaged {
        #expect(throws: Errno.ioError) { _ = try content(disk, index, by: reader) }
      } else {
        #expect(try content(disk, index, by: reader) == expected)
      }
    }
    #expect(log.lines.count == 1)
    let line = try #require(log.lines.first)
    #expect(line.hasPrefix("error: "))
    #expect(line.contains("\(disk.pack)"))
    #expect(line.contains("offset=\(disk.locations[damaged].offset)"))
  }

  @Test("is read again, and right, when the pack was repaired under its name")
  func repaired() throws {
    let disk = try DiskStore()
    let log = RecordingLog()
    let reader = reader(disk, log)
    #expect(try content(disk, 0, by: reader) == disk.contents[0])
    let good = try readBytes(disk.packFile)
    try disk.flip(3)
    #expect(throws: Errno.ioError) { _ = try content(disk, 3, by: reader) }
    let copy = try disk.directory.write("copy", good)
    try Paths.rename(copy, to: disk.packFile)
    #expect(try content(disk, 3, by: reader) == disk.contents[3])
    #expect(log.lines.count == 1)
  }

  @Test("comes from the new file when a pack was replaced while it was open")
  func replaced() throws {
    let disk = try DiskStore()
    let reader = reader(disk)
    #expect(try content(disk, 0, by: reader) == disk.contents[0])
    let good = try readBytes(disk.packFile)
    try disk.flip(1)
    let copy = try disk.directory.write("copy", good)
    try Paths.rename(copy, to: disk.packFile)
    #expect(
      try content(disk, 1, by: reader) == disk.contents[1],
      "the open descriptor still has the damaged file; the second try opens the path")
  }

  @Test("is EIO when the pack is gone or cut short, and comes back with it")
  func missing() throws {
    let disk = try DiskStore()
    let log = RecordingLog()
    let reader = reader(disk, log)
    let good = try readBytes(disk.packFile)
    try Paths.unlink(disk.packFile)
    #expect(throws: Errno.ioError) { _ = try content(disk, 2, by: reader) }
    #expect(log.lines.count == 1)
    let file = try disk.directory.write("cut", Array(good.prefix(100)))
    try Paths.rename(file, to: disk.packFile)
    #expect(throws: Errno.ioError) { _ = try content(disk, 2, by: reader) }
    #expect(log.lines.count == 2)
    let copy = try disk.directory.write("whole", good)
    try Paths.rename(copy, to: disk.packFile)
    #expect(try content(disk, 2, by: reader) == disk.contents[2])
  }

  @Test("stays in memory when the pack goes: an open file and cached blocks need no path")
  func unlinked() throws {
    let disk = try DiskStore()
    let reader = reader(disk)
    #expect(try content(disk, 0, by: reader) == disk.contents[0])
    try Paths.unlink(disk.packFile)
    #expect(try content(disk, 0, by: reader) == disk.contents[0])
    #expect(try content(disk, 4, by: reader) == disk.contents[4])
  }

  @Test("with a record that lies about size or form is EIO, never wrong bytes")
  func lies() throws {
    let disk = try DiskStore()
    let log = RecordingLog()
    var record = disk.records[1]
    record.size -= 1
    record.content = disk.records[2].content
    var other = disk.records[0]
    other.checksum = disk.records[1].checksum
    other.content = disk.records[3].content
    let reader = reader(disk, log)
    for (index, lie) in [(1, record), (0, other)] {
      #expect(throws: Errno.ioError) {
        _ = try reader.content(
          of: lie, at: disk.locations[index], parameters: disk.store.parameters)
      }
    }
    #expect(log.lines.count == 2)
  }

  @Test("for an image that is not there is EIO and a line that names it")
  func missingObject() throws {
    let disk = try DiskStore()
    let log = RecordingLog()
    let record = ImageRecord(
      object: disk.pack.digest, rootIdentity: disk.pack.digest, names: ["tool:1"],
      digests: [], logicalSize: 0, created: 0)
    #expect(throws: Errno.ioError) { _ = try reader(disk, log).object(of: record) }
    #expect(log.lines.count == 1)
    #expect(log.lines.first?.contains("tool:1") == true)
  }

  @Test("is put into stored form as the store's own encoder does it")
  func storedForm() throws {
    let disk = try DiskStore()
    let encoder = try BlockEncoder(disk.store.parameters)
    let reader = reader(disk)
    for content in disk.contents {
      #expect(
        try reader.storedForm(of: content, parameters: disk.store.parameters)
          == encoder.encode(content))
    }
    let impossible = StoreParameters(blockSize: 4096, compressor: .lzo, level: 1)
    #expect(throws: Errno.ioError) {
      _ = try reader.storedForm(of: [1], parameters: impossible)
    }
  }

  @Test("is right under many threads with a cache that is too small")
  func threads() throws {
    let disk = try DiskStore()
    let reader = StoreContent(disk.store, cacheSize: 100_000, logger: RecordingLog().logger)
    let wrong = Counter()
    let threads = try (0..<6).map { number in
      try JoinableThread {
        for round in 0..<300 {
          let block = (round * (number + 1)) % disk.records.count
          let bytes = try? reader.content(
            of: disk.records[block], at: disk.locations[block], parameters: disk.store.parameters)
          if bytes?.array != disk.contents[block] { wrong.add() }
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(wrong.value == 0)
  }

  @Test(
    "is kept in memory also where the cache is as small as one may ask for",
    arguments: [4096, 131_072, 1_048_576] as [UInt32])
  func smallCache(blockSize: UInt32) throws {
    let disk = try DiskStore(blockSize: blockSize)
    let staging = try disk.store.stage(purpose: "large")
    defer { staging.finish() }
    let writer = try PackWriter(staging)
    let bytes = SampleBytes.noise(Int(blockSize), seed: 1)
    let record = BlockRecord(
      content: .of(bytes.span.bytes), size: blockSize, stored: bytes.span.bytes,
      isCompressed: false)
    let offset = try writer.append(record, stored: bytes.span.bytes)
    let pack = try #require(try writer.seal()).record.id
    let reader = StoreContent(disk.store, cacheSize: 1 << 20, logger: RecordingLog().logger)
    for _ in 0..<10 {
      _ = try reader.content(
        of: record, at: BlockLocation(pack: pack, offset: offset, ordinal: 0),
        parameters: disk.store.parameters)
    }
    #expect(reader.cacheCounts.misses == 1)
  }

  @Test("of one store is not what another store says that it is")
  func places() throws {
    let (honest, other) = (try DiskStore(), try DiskStore())
    let cache = StoreContent.makeCache(limit: 1 << 24)
    let logger = RecordingLog().logger
    let contents = [honest, other].enumerated().map { place, disk in
      StoreContent(
        disk.store, StoreContent.Context(place: place, cache: cache, logger: logger))
    }
    let wanted = honest.records[0]
    var lie = other.records[1]
    lie.content = wanted.content
    let wrong = try contents[1].content(
      of: lie, at: other.locations[1], parameters: other.store.parameters)
    #expect(wrong.array == other.contents[1])
    let right = try contents[0].content(
      of: wanted, at: honest.locations[0], parameters: honest.store.parameters)
    #expect(right.array == honest.contents[0])
  }

  @Test("is read from a pack that is opened once, however many need it at the same time")
  func openedOnce() throws {
    let disk = try DiskStore()
    let (asked, go) = (Latch(), Latch())
    let path = disk.directory.path.appending("store")
    let metered = MeteredDirectory(PosixDirectory(path))
    let gated = GatedDirectory(metered) { operation in
      if operation.call == .open {
        asked.open()
        go.wait()
      }
      return .proceed
    }
    let files = PackFiles(try Store.open(gated))
    let threads = try (0..<6).map { _ in
      try JoinableThread {
        do { _ = try files.read(disk.records[0], at: disk.locations[0]) } catch {
          Issue.record(error)
        }
      }
    }
    asked.wait()
    WallClock.pause(milliseconds: 50)
    go.open()
    for thread in threads { thread.join() }
    #expect(metered[.packs].opens == 1 && metered[.packs].reads == 6)
  }

  @Test("is read from few open packs, and from none that is not listed any more")
  func openPacks() throws {
    let disk = try DiskStore()
    let files = PackFiles(disk.store, limit: 1)
    let read = { try files.read(disk.records[0], at: disk.locations[0]) }
    _ = try read()
    #expect(files.count == 1)
    var elsewhere = disk.locations[0]
    let copy = PackID(SHA256Digest.of([1].span.bytes))
    elsewhere.pack = copy
    let path = disk.directory.path.appending("store/packs/\(copy)")
    try Paths.link(disk.packFile, to: path)
    _ = try files.read(disk.records[0], at: elsewhere)
    #expect(files.count == 1, "the other was closed")
    _ = try read()
    files.keep(only: [copy])
    #expect(files.count == 0)
  }
}
