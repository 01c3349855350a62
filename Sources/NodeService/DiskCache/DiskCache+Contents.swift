internal import Linux

extension DiskCache {
  /// What was found in a cache's directory.
  struct Contents {
    /// A segment as it was found.
    struct Last {
      var number: UInt32
      var found: DiskCacheSegment.Found
      var byteCount: UInt64
    }

    var table = DiskCacheTable()
    /// The segment that was written last, if it can be read.
    var last: Last?
    /// The highest number that is taken.
    var highest: UInt32 = 0

    /// Reads the indexes of all segments; of the one that has none, the headers of its records.
    ///
    /// Removes files that are no segments, and passes over those that cannot be read.
    init(of directory: DiskCacheDirectory) throws(SystemError) {
      let now = WallClock.seconds()
      for number in try directory.segments() {
        (highest, last) = (number, nil)
        do throws(SystemError) {
          let file = try directory.open(number)
          let status = try file.status()
          guard let found = try DiskCacheSegment.load(file, number: number) else {
            try? directory.remove(number)
            continue
          }
          table.add(
            number, byteCount: status.size,
            lastUse: min(now, max(status.modified, status.accessed)))
          for entry in found.entries {
            let unit = UInt32(entry.offset / DiskCacheRecord.alignment)
            table.insert(
              entry.key.fingerprint,
              at: DiskCacheTable.Place(segment: number, unit: unit, length: entry.length))
          }
          last = Last(number: number, found: found, byteCount: status.size)
        } catch {
          continue
        }
      }
    }
  }
}
