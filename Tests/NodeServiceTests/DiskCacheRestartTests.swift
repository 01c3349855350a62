import Digests
import ImageSamples
import Linux
import Synchronization
import SystemPackage
import Testing

@testable import NodeService

@Suite("A disk cache of 100,000 records", .serialized)
struct DiskCacheRestartTests {
  private let count = 100_000
  private let size = 600

  /// A directory with ten segments of that many records.
  private func filled() throws -> CacheDirectory {
    let directory = try CacheDirectory()
    try Paths.makeDirectory(directory.path, mode: 0o700)
    let perSegment = 10_000
    for number in 1...UInt32(count / perSegment) {
      var bytes = DiskCacheSegment.header(number)
      var entries: [DiskCacheSegment.Entry] = []
      let content = [UInt8](repeating: UInt8(number), count: size)
      for index in 0..<perSegment {
        let record = DiskCacheRecord(
          key: CacheSample.key(Int(number) * perSegment + index), length: UInt32(size),
          checksum: .of(content.span.bytes))
        entries.append(
          DiskCacheSegment.Entry(
            key: record.key, offset: UInt64(bytes.count), length: UInt32(size)))
        bytes += record.header + content
        bytes += [UInt8](repeating: 0, count: (16 - bytes.count % 16) % 16)
      }
      bytes += DiskCacheSegment.index(entries, at: UInt64(bytes.count))
      let file = try OwnedDescriptor(
        opening: directory.path.appending("0000000\(String(number, radix: 16)).segment"),
        [.create, .writeOnly], mode: 0o600)
      try file.writeAll(bytes.span.bytes)
    }
    return directory
  }

  @Test("is there again at once, whether it was closed or killed")
  func restart() throws {
    let directory = try filled()
    try open(directory, "closed")
    let last = directory.path.appending("0000000a.segment")
    let file = try OwnedDescriptor(opening: last, .readWrite)
    let size = try file.status().size
    try file.truncate(to: size - UInt64(DiskCacheSegment.trailerSize))
    try open(directory, "killed")
  }

  private func open(_ directory: CacheDirectory, _ how: String) throws {
    let start = MonotonicClock.seconds()
    let cache = try directory.open(256 << 20)
    let seconds = MonotonicClock.seconds() - start
    defer { cache.close() }
    #expect(cache.table.withLock { $0.recordCount } == count)
    // About 0.1 s where nothing else runs, without optimisation included.
    #expect(seconds < 5, "\(seconds) s")
    for index in stride(from: 0, to: count, by: 997) {
      let number = 10_000 + index
      let content = cache.content(CacheSample.key(number))
      #expect(content?.array == [UInt8](repeating: UInt8(number / 10_000), count: size))
    }
    print("100,000 records: \(seconds) s when it was \(how)")
  }
}
