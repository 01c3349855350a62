import ImageSamples
import Linux
import SystemPackage
import Testing

@testable import NodeService

@Suite("A damaged disk cache")
struct DiskCacheDamageTests {
  private let count = 4
  private let directory: CacheDirectory

  init() throws {
    directory = try CacheDirectory()
    try directory.use { cache in
      for number in 0..<count { cache.keepSample(number) }
      cache.settle()
    }
  }

  private func write(_ bytes: [UInt8], to path: FilePath) throws {
    let file = try OwnedDescriptor(opening: path, [.create, .truncate, .writeOnly], mode: 0o600)
    try file.writeAll(bytes.span.bytes)
  }

  /// How many contents are there; none may be wrong, whichever way it is asked for.
  private func right(_ note: String) throws -> Int {
    try directory.use { cache in
      var right = 0
      for number in 0..<count {
        let expected = CacheSample.bytes(number)
        let said = cache.content(CacheSample.key(number))?.array
        if let said, said != expected { Issue.record("\(note): \(number) is wrong") }
        guard let found = cache.sample(number) else { continue }
        if found != expected { Issue.record("\(note): \(number) is wrong") }
        right += 1
      }
      return right
    }
  }

  @Test("never gives wrong content, whichever byte of its files is wrong")
  func flipped() throws {
    let path = try #require(try directory.segments.first)
    let good = try readBytes(path)
    var lost = 0
    for position in good.indices {
      try write(good, to: path)
      var bytes = good
      bytes[position] ^= UInt8(1 << (position % 8))
      try write(bytes, to: path)
      lost += count - (try right("byte \(position)"))
    }
    // One record for each of its bytes, and all for those of the file's header.
    #expect(lost > count * 32)
    #expect(directory.log.lines.allSatisfy { $0.hasPrefix("warning: content of the disk cache") })
  }

  @Test("never gives wrong content, wherever a file ends, and keeps what is before")
  func cut() throws {
    let path = try #require(try directory.segments.first)
    let good = try readBytes(path)
    var last = 0
    for length in 0...good.count {
      try write(Array(good[..<length]), to: path)
      let found = try right("\(length) bytes")
      #expect(found >= last, "\(length) bytes")
      last = found
    }
    #expect(last == count)
  }

  @Test("gives nothing from blocks that never reached the disk, though its index did")
  func unwritten() throws {
    let path = try #require(try directory.segments.first)
    var bytes = try readBytes(path)
    for position in 32..<bytes.count - count * 80 - 56 { bytes[position] = 0 }
    try write(bytes, to: path)
    #expect(try right("zeros") == 0)
  }

  @Test("says once that content is damaged, counts it, and takes the right content again")
  func report() throws {
    let path = try #require(try directory.segments.first)
    var bytes = try readBytes(path)
    for position in 32..<bytes.count - count * 80 - 56 { bytes[position] ^= 4 }
    try write(bytes, to: path)
    try directory.use { cache in
      for number in 0..<count { #expect(cache.sample(number) == nil) }
      #expect(cache.counts.bad == UInt64(count))
      #expect(cache.counts.hits == 0)
      #expect(directory.log.lines.count == 1)
      for number in 0..<count { cache.keepSample(number) }
      cache.settle()
      for number in 0..<count { #expect(cache.sample(number) == CacheSample.bytes(number)) }
    }
    #expect(try right("again") == count, "what was written later counts after a restart")
  }

  @Test("whose files were exchanged or deleted is a cache without them")
  func exchanged() throws {
    let path = try #require(try directory.segments.first)
    let other = directory.path.appending("00000009.segment")
    try Paths.rename(path, to: other)
    #expect(try right("renamed") == 0)
    #expect(try directory.segments.isEmpty, "a file that is not what its name says is removed")
    try directory.use { cache in
      for number in 0..<count { cache.keepSample(number) }
      cache.settle()
      for file in try directory.segments { try Paths.unlink(file) }
      for number in 0..<count { #expect(cache.sample(number) == nil) }
      #expect(cache.counts.bad == UInt64(count))
    }
  }

  @Test("leaves alone what is not its own")
  func strangers() throws {
    for name in ["notes", "+0000001.segment", "1.segment", "0000000g.segment", "000000001.segment"]
    {
      try write([1], to: directory.path.appending(name))
    }
    try Paths.makeDirectory(directory.path.appending("00000077.segment"))
    #expect(try right("strangers") == count)
    #expect(try Paths.list(directory.path).count == 8)
  }
}
