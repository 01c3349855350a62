internal import Synchronization
internal import SystemPackage

/// How a disk cache is, and what it has done.
public struct DiskCacheStatus: Codable, Hashable, Sendable {
  /// Where it is.
  public var directory: String
  /// How many bytes its files may take.
  public var limit: UInt64
  /// How many they take.
  public var bytes: UInt64
  /// How often something was there.
  public var hits: UInt64
  /// How often it was not.
  public var misses: UInt64
  /// How often it was there and damaged, or could not be read.
  public var bad: UInt64
  /// The bytes that were there.
  public var readBytes: UInt64
  /// The bytes that were kept.
  public var writtenBytes: UInt64
  /// What was not kept, because too much was waiting or there was no room.
  public var dropped: UInt64
  /// Files that were thrown out to make room.
  public var evicted: UInt64
}

extension DiskCache {
  /// How it is.
  var status: DiskCacheStatus {
    let counts = counts
    return DiskCacheStatus(
      directory: directory.path.string, limit: limit, bytes: table.withLock { $0.byteCount },
      hits: counts.hits, misses: counts.misses, bad: counts.bad, readBytes: counts.bytesRead,
      writtenBytes: counts.bytesWritten, dropped: counts.dropped, evicted: counts.evicted)
  }
}
