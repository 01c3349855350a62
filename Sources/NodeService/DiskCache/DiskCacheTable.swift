/// What a disk cache has where: the part of it that is in memory.
///
/// About 40 bytes for each record. A value, guarded by the cache; it never touches a file.
struct DiskCacheTable: Sendable {
  /// Where the content of a record lies.
  struct Place: Hashable, Sendable {
    var segment: UInt32
    /// The offset of the record's header, in units of ``DiskCacheRecord/alignment``.
    var unit: UInt32
    /// The number of bytes of content.
    var length: UInt32

    /// The offset of the record's header.
    var offset: UInt64 { UInt64(unit) * DiskCacheRecord.alignment }
  }

  /// A file of records.
  struct Segment: Sendable {
    /// The size of the file, or what it may become while it is written.
    var byteCount: UInt64
    /// The seconds since the epoch at which something of it was read or written last.
    var lastUse: Int64
    /// The use that the file's time of access tells of.
    var notedUse: Int64
    fileprivate var fingerprints: [UInt64] = []
  }

  private var places: [UInt64: Place] = [:]
  private var segments: [UInt32: Segment] = [:]

  /// How many bytes the files take together.
  private(set) var byteCount: UInt64 = 0
  /// How many records can be found.
  var recordCount: Int { places.count }
  /// How many files there are.
  var segmentCount: Int { segments.count }

  /// Where a record is; notes that its segment is used.
  mutating func find(_ fingerprint: UInt64, at now: Int64) -> Place? {
    guard let place = places[fingerprint] else { return nil }
    segments[place.segment]?.lastUse = now
    return place
  }

  /// Where a record is; notes nothing.
  func peek(_ fingerprint: UInt64) -> Place? { places[fingerprint] }

  /// Forgets a record, unless it is somewhere else by now.
  mutating func forget(_ fingerprint: UInt64, at place: Place) {
    if places[fingerprint] == place { places[fingerprint] = nil }
  }

  /// Forgets a record, wherever it is; a later one with its key is found from now on, also after a
  /// restart.
  mutating func forget(_ fingerprint: UInt64) { places[fingerprint] = nil }

  /// Takes a file in.
  mutating func add(_ number: UInt32, byteCount: UInt64, lastUse: Int64) {
    remove(number)
    segments[number] = Segment(byteCount: byteCount, lastUse: lastUse, notedUse: lastUse)
    self.byteCount += byteCount
  }

  /// Notes a record of a file that was taken in; one that was known elsewhere is there no more.
  ///
  /// - Parameter now: When it was written, if that is now.
  mutating func insert(_ fingerprint: UInt64, at place: Place, _ now: Int64? = nil) {
    guard segments[place.segment] != nil else { return }
    if let now { segments[place.segment]?.lastUse = now }
    segments[place.segment]?.fingerprints.append(fingerprint)
    places[fingerprint] = place
  }

  /// Sets the size of a file.
  mutating func resize(_ number: UInt32, to byteCount: UInt64) {
    guard let old = segments[number]?.byteCount else { return }
    segments[number]?.byteCount = byteCount
    self.byteCount = self.byteCount - old + byteCount
  }

  /// Forgets a file and what is in it.
  mutating func remove(_ number: UInt32) {
    guard let segment = segments.removeValue(forKey: number) else { return }
    byteCount -= segment.byteCount
    for fingerprint in segment.fingerprints where places[fingerprint]?.segment == number {
      places[fingerprint] = nil
    }
  }

  /// The files in the order in which they may go; see ``DiskCache``.
  ///
  /// - Parameters:
  ///   - used: Those with content that is in use; nil when that is not known, which is as if all
  ///     were.
  ///   - idle: What is in use and was read at this time or later stays.
  ///   - open: A file that is still written, which stays.
  func victims(used: Set<UInt32>?, idle: Int64, sparing open: UInt32?) -> [UInt32] {
    func isUsed(_ number: UInt32) -> Bool { used?.contains(number) ?? true }
    return segments.filter { number, segment in
      number != open && (!isUsed(number) || segment.lastUse < idle)
    }
    .map { (isUsed: isUsed($0), lastUse: $1.lastUse, number: $0) }
    .sorted {
      ($0.isUsed ? 1 : 0, $0.lastUse, $0.number) < ($1.isUsed ? 1 : 0, $1.lastUse, $1.number)
    }
    .map(\.number)
  }

  /// The files that were used since this was asked last.
  mutating func takeUses() -> [UInt32] {
    let used = segments.filter { $1.lastUse > $1.notedUse }
    for (number, segment) in used { segments[number]?.notedUse = segment.lastUse }
    return used.keys.sorted()
  }
}
