import ImageSamples
import Linux
import SystemPackage
import Testing

@testable import NodeService

@Suite(
  "A disk cache on a disk that fails",
  .enabled(if: effectiveUser() == 0, "needs root to mount"))
struct DiskCacheDiskTests {
  private let directory: CacheDirectory

  init() throws { directory = try CacheDirectory() }

  private func run(_ program: String, _ arguments: [String]) throws {
    let process = try ChildProcess(running: program, arguments)
    #expect(process.exitStatus == 0, "\(program) \(arguments): \(process.output)")
  }

  /// A small file system where the cache is.
  private func mounted(_ size: String, _ body: () throws -> Void) throws {
    try Paths.makeDirectory(directory.path, mode: 0o700)
    try run(
      "mount", ["-t", "tmpfs", "-o", "size=\(size),mode=0700", "tmpfs", directory.path.string])
    defer { try? Mounts.detach(directory.path) }
    try body()
  }

  private func fill(_ cache: DiskCache, _ numbers: Range<Int>) {
    for number in numbers {
      cache.keepSample(number, size: 100_000)
      if number % 20 == 0 { cache.settle() }
    }
    cache.settle()
  }

  private func wrong(_ cache: DiskCache, _ numbers: Range<Int>) -> Int {
    numbers.count { number in
      guard let found = cache.sample(number, size: 100_000) else { return false }
      return found != CacheSample.bytes(number, size: 100_000)
    }
  }

  @Test("that is full answers what it has, says so once, and gives way")
  func full() throws {
    try mounted("20M") {
      try directory.use(200 << 20) { cache in
        fill(cache, 0..<400)
        #expect(directory.log.lines.count == 1)
        #expect(directory.log.lines.first?.contains("cannot be written") == true)
        #expect(directory.log.lines.first?.contains("No space") == true)
        #expect(cache.counts.dropped > 0)
        #expect(cache.counts.written > 100 && cache.counts.evicted > 0)
        #expect(wrong(cache, 0..<400) == 0)
        #expect(cache.counts.hits > 50)
        #expect(cache.counts.bad == 0)
      }
      let taken = try directory.byteCount
      #expect(taken < 18 << 20, "others have room again")
      try directory.use(200 << 20) { cache in
        #expect(wrong(cache, 0..<400) == 0)
        #expect(cache.counts.hits > 50)
      }
    }
  }

  @Test("that was full is written again later")
  func fullForAWhile() throws {
    try mounted("20M") {
      let other = directory.path.appending("other")
      let file = try OwnedDescriptor(opening: other, [.create, .writeOnly])
      let filling = [UInt8](repeating: 1, count: 19 << 20)
      try file.writeAll(filling.span.bytes)
      try file.close()
      var options = directory.options(200 << 20)
      options.pauseSeconds = 0.2
      let cache = try DiskCache(options, logger: directory.log.logger)
      defer { cache.close() }
      fill(cache, 0..<20)
      #expect(cache.counts.written < 20)
      try Paths.unlink(other)
      WallClock.pause(milliseconds: 300)
      fill(cache, 0..<20)
      #expect(wrong(cache, 0..<20) == 0)
      #expect(cache.counts.hits == 20)
      #expect(directory.log.lines.count == 2)
      #expect(directory.log.lines.last?.contains("can be written again") == true)
    }
  }

  @Test("that became read-only answers what it has, and says so once")
  func readOnly() throws {
    try mounted("20M") {
      try directory.use { cache in
        fill(cache, 0..<10)
      }
      try run("mount", ["-o", "remount,ro", directory.path.string])
      for round in 1...2 {
        try directory.use { cache in
          fill(cache, 0..<20)
          #expect(wrong(cache, 0..<20) == 0)
          #expect(cache.counts.hits == 10)
          #expect(directory.log.lines.count == round)
        }
      }
      try run("mount", ["-o", "remount,rw", directory.path.string])
      try directory.use { cache in
        fill(cache, 0..<20)
        #expect(wrong(cache, 0..<20) == 0)
        #expect(cache.counts.hits == 20)
      }
    }
  }

  @Test("whose files cannot be read any more answers nothing, and says so once")
  func unreadable() throws {
    try directory.use { cache in
      fill(cache, 0..<10)
      for file in try directory.segments {
        try Paths.unlink(file)
        try Paths.makeDirectory(file)
      }
      for number in 0..<10 { #expect(cache.sample(number, size: 100_000) == nil) }
      #expect(cache.counts.bad == 10)
      #expect(directory.log.lines.count == 1)
    }
    try directory.use { fill($0, 0..<10) }
  }
}
