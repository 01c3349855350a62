import Digests
import ImageSamples
import Linux
import SystemPackage

@testable import NodeService

/// A directory for disk caches of a test, and content that is known by numbers.
struct CacheDirectory {
  let parent: TemporaryDirectory
  let log = RecordingLog()

  init() throws { parent = try TemporaryDirectory() }

  var path: FilePath { parent.path.appending("cache") }

  func options(_ limit: UInt64 = 64 << 20) -> DiskCache.Options {
    var options = DiskCache.Options(path, limit: limit)
    options.patience = 0
    return options
  }

  /// Opens the cache; whoever does closes it.
  func open(_ limit: UInt64 = 64 << 20) throws -> DiskCache {
    try DiskCache(options(limit), logger: log.logger)
  }

  /// A cache for as long as a closure runs.
  func use<Result>(
    _ limit: UInt64 = 64 << 20, _ body: (DiskCache) throws -> Result
  ) throws -> Result {
    let cache = try open(limit)
    defer { cache.close() }
    return try body(cache)
  }

  /// The segments' files.
  var segments: [FilePath] {
    get throws {
      try Paths.list(path).filter { $0.hasSuffix(".segment") }.map { path.appending($0) }
    }
  }

  /// How many bytes all files take.
  var byteCount: UInt64 {
    get throws {
      try Paths.list(path).reduce(0) { try $0 + FileStatus(of: path.appending($1)).size }
    }
  }

  /// A copy of the files as they are now: what a process that is killed now leaves.
  func copy() throws -> CacheDirectory {
    let copy = try CacheDirectory()
    try Paths.makeDirectory(copy.path, mode: 0o700)
    for name in try Paths.list(path) {
      let file = try OwnedDescriptor(
        opening: copy.path.appending(name), [.create, .writeOnly], mode: 0o600)
      let bytes = try readBytes(path.appending(name))
      try file.writeAll(bytes.span.bytes)
    }
    return copy
  }
}

/// Content for tests of caches.
enum CacheSample {
  static let owner = SHA256Digest.of([1].span.bytes)

  static func key(
    _ number: Int, _ kind: DiskCacheKey.Kind = .block, of owner: SHA256Digest = owner
  ) -> DiskCacheKey {
    DiskCacheKey(
      kind: kind, owner: owner, name: .of(Array("name \(number)".utf8).span.bytes))
  }

  /// Bytes that depend on the number, of a size that depends on it too unless it is given.
  static func bytes(_ number: Int, size: Int? = nil) -> [UInt8] {
    let size = size ?? 100 + number % 7
    let seed = UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15
    let pattern = (0..<251 as Range<UInt64>).map {
      UInt8(truncatingIfNeeded: (seed &+ $0 &* 131) >> ($0 % 5))
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size + pattern.count)
    while bytes.count < size { bytes += pattern }
    bytes.removeLast(bytes.count - size)
    return bytes
  }

  static func checksum(_ number: Int, size: Int? = nil) -> Checksum {
    .of(bytes(number, size: size).span.bytes)
  }
}

extension DiskCache {
  /// Keeps what belongs to a number, waiting where too much waits to be written already.
  func keepSample(_ number: Int, size: Int? = nil, _ kind: DiskCacheKey.Kind = .block) {
    let bytes = CacheSample.bytes(number, size: size)
    keep(
      SharedBuffer(copying: bytes.span.bytes), as: CacheSample.key(number, kind),
      checksum: .of(bytes.span.bytes))
  }

  /// What there is of a number.
  func sample(_ number: Int, size: Int? = nil) -> [UInt8]? {
    content(
      CacheSample.key(number), byteCount: CacheSample.bytes(number, size: size).count,
      checksum: CacheSample.checksum(number, size: size))?.array
  }

  /// Waits until everything is written.
  func settle() {
    for _ in 0..<2000 where !queue.isEmpty { WallClock.pause(milliseconds: 5) }
  }
}
