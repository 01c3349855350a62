public import Linux
public import Store
internal import Synchronization

/// A directory that notes how much is read of each area, and in what portions.
///
/// Thread-safe.
public struct MeteredDirectory: ForwardingDirectory {
  /// What was read of one area.
  public struct Reading: Hashable, Sendable {
    /// How many files were opened, or read whole.
    public var opens = 0
    /// How many reads there were.
    public var reads = 0
    /// The bytes of all reads.
    public var bytes = 0
    /// The bytes of the largest read: what its reader holds in memory at least.
    public var largest = 0

    mutating func add(_ count: Int) {
      reads += 1
      bytes += count
      largest = max(largest, count)
    }
  }

  private final class Meter: Sendable {
    let readings = Mutex<[StoreArea: Reading]>([:])
  }

  /// The directory below.
  public let base: any StoreDirectory
  private let meter = Meter()

  /// Begins with nothing read.
  public init(_ base: any StoreDirectory) { self.base = base }

  /// What was read of an area so far.
  public subscript(area: StoreArea) -> Reading {
    meter.readings.withLock { $0[area] ?? Reading() }
  }

  /// Begins anew.
  public func reset() { meter.readings.withLock { $0 = [:] } }

  fileprivate func note(_ area: StoreArea, _ change: (inout Reading) -> Void) {
    meter.readings.withLock { change(&$0[area, default: Reading()]) }
  }

  /// See ``StoreDirectory``.
  public func read(_ path: StorePath) throws(SystemError) -> [UInt8] {
    let bytes = try base.read(path)
    note(path.area) { reading in
      reading.opens += 1
      reading.add(bytes.count)
    }
    return bytes
  }

  /// See ``StoreDirectory``.
  public func open(_ path: StorePath) throws(SystemError) -> any StoreFile {
    let file = try base.open(path)
    note(path.area) { $0.opens += 1 }
    return MeteredFile(directory: self, area: path.area, base: file)
  }
}

private final class MeteredFile: StoreFile {
  private let directory: MeteredDirectory
  private let area: StoreArea
  private let base: any StoreFile

  init(directory: MeteredDirectory, area: StoreArea, base: any StoreFile) {
    self.directory = directory
    self.area = area
    self.base = base
  }

  var size: UInt64 { base.size }

  func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SystemError) -> Int {
    let done = try base.read(at: offset, into: &buffer)
    directory.note(area) { $0.add(done) }
    return done
  }
}
