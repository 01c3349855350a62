import Digests
import ImageSamples
import Linux
import SystemPackage
import Testing

@testable import NodeService

@Suite("The form of a disk cache's files")
struct DiskCacheFormatTests {
  private let record = DiskCacheRecord(
    key: CacheSample.key(1, .object), length: 0x0102_0304, checksum: CacheSample.checksum(1))

  @Test("of a record's header is what is written down, and is read as it was written")
  func header() throws {
    let bytes = record.header
    #expect(bytes.count == 112)
    #expect(Array(bytes[0..<16]) == Array("FRec".utf8) + [2, 0, 0, 0, 4, 3, 2, 1, 0, 0, 0, 0])
    #expect(Array(bytes[16..<48]) == CacheSample.owner.bytes)
    #expect(DiskCacheRecord(header: bytes.span.bytes) == record)
  }

  @Test("has a checksum over every byte of a record's header")
  func flippedHeader() {
    for position in 0..<112 {
      var bytes = record.header
      bytes[position] ^= 1
      #expect(DiskCacheRecord(header: bytes.span.bytes) == nil, "byte \(position)")
    }
    for length in 0..<112 {
      let bytes = Array(record.header[..<length])
      #expect(DiskCacheRecord(header: bytes.span.bytes) == nil)
    }
  }

  @Test("begins records at multiples of 16", arguments: [0, 1, 15, 16, 17, .max] as [UInt32])
  func sizes(length: UInt32) {
    let size = DiskCacheRecord.size(ofContent: length)
    #expect(size % 16 == 0 && size >= 112 + UInt64(length) && size < 128 + UInt64(length))
  }

  /// A closed segment with these records, as bytes.
  private func segment(_ numbers: Range<Int>) -> [UInt8] {
    var bytes = DiskCacheSegment.header(7)
    var entries: [DiskCacheSegment.Entry] = []
    for number in numbers {
      let content = CacheSample.bytes(number)
      let record = DiskCacheRecord(
        key: CacheSample.key(number), length: UInt32(content.count),
        checksum: .of(content.span.bytes))
      entries.append(
        DiskCacheSegment.Entry(
          key: record.key, offset: UInt64(bytes.count), length: record.length))
      bytes += record.header + content
      bytes += [UInt8](repeating: 0, count: (16 - bytes.count % 16) % 16)
    }
    return bytes + DiskCacheSegment.index(entries, at: UInt64(bytes.count))
  }

  private func load(_ bytes: [UInt8], number: UInt32 = 7) throws -> DiskCacheSegment.Found? {
    let directory = try CacheDirectory()
    let path = try directory.parent.write("segment", bytes)
    return try DiskCacheSegment.load(try OwnedDescriptor(opening: path), number: number)
  }

  @Test("of a segment is the same with its index and without")
  func index() throws {
    let whole = segment(0..<5)
    let found = try #require(try load(whole))
    #expect(found.isClosed)
    #expect(found.entries.map(\.key) == (0..<5).map { CacheSample.key($0) })
    let open = try #require(try load(Array(whole[..<Int(found.end)])))
    #expect(!open.isClosed)
    #expect(open.entries == found.entries)
    #expect(open.end == found.end)
    #expect(try load(whole, number: 8) == nil, "it is another's number")
    let empty = try #require(try load(segment(0..<0)))
    #expect(empty.isClosed && empty.entries.isEmpty)
  }

  @Test("lets a segment be found out whichever byte is wrong, and no record be invented")
  func flipped() throws {
    let whole = segment(0..<3)
    let good = try #require(try load(whole)).entries
    for position in whole.indices {
      var bytes = whole
      bytes[position] ^= 0x21
      let found = try load(bytes)
      if position < 32 {
        #expect(found == nil, "byte \(position) of the header")
      } else {
        let entries = try #require(found, "byte \(position)").entries
        #expect(entries == Array(good.prefix(entries.count)), "byte \(position)")
        // With the index whole, a wrong byte of a record costs nothing until it is read.
        if found?.isClosed == true { #expect(entries == good) }
      }
    }
  }

  @Test("lets the whole records be found wherever a segment ends")
  func cut() throws {
    let whole = segment(0..<3)
    let good = try #require(try load(whole)).entries
    for length in 0..<whole.count {
      let found = try load(Array(whole[..<length]))
      if length < 32 {
        #expect(found == nil)
      } else {
        let entries = try #require(found).entries
        let expected = good.prefix { $0.offset + 112 + UInt64($0.length) <= UInt64(length) }
        #expect(entries == Array(expected), "\(length) bytes")
      }
    }
  }

  @Test("takes no index for true that tells of records outside of the segment")
  func lies() throws {
    let header = DiskCacheSegment.header(7) + [UInt8](repeating: 0, count: 256)
    let key = CacheSample.key(1)
    for (offset, length) in [
      (16, 10), (33, 10), (32, 145), (288, 0), (.max, 1), (UInt64.max - 15, 100), (32, .max),
    ] as [(UInt64, UInt32)] {
      let entry = DiskCacheSegment.Entry(key: key, offset: offset, length: length)
      let bytes = header + DiskCacheSegment.index([entry], at: 288)
      let found = try #require(try load(bytes))
      #expect(!found.isClosed && found.entries.isEmpty, "\(offset) \(length)")
    }
    let entry = DiskCacheSegment.Entry(key: key, offset: 32, length: 144)
    #expect(try load(header + DiskCacheSegment.index([entry], at: 288))?.entries == [entry])
  }

  @Test("spans more than one read where there is no index", arguments: [1, 3000, 300_000])
  func windows(size: Int) throws {
    let directory = try CacheDirectory()
    let count = max(20, 600_000 / size)
    let crashed = try directory.use(256 << 20) { cache in
      for number in 0..<min(count, 3000) { cache.keepSample(number, size: size) }
      cache.settle()
      return try directory.copy()
    }
    let path = try #require(try crashed.segments.first)
    let found = try #require(
      try DiskCacheSegment.load(try OwnedDescriptor(opening: path), number: 1))
    #expect(!found.isClosed && found.entries.count == min(count, 3000))
  }
}
