/// Finds a name or a cookie in a large directory without reading it from the start.
///
/// Of every directory with more than ``stride`` entries, each `stride`th entry is an *anchor*: an
/// entry together with the header that its run begins with. Because listings do not overlap, the
/// anchors of all directories are one array ordered by their bytes' offset, and those of one
/// directory are a slice of it: no table per directory, 12 bytes for 16 entries. A lookup is two
/// binary searches (the slice, the name) and at most `stride` steps.
struct DirectoryIndex: Sendable {
  /// How many entries an anchor stands for.
  static let stride = 16

  /// One entry of a large directory.
  struct Anchor: Sendable {
    /// Where the entry is in the flat directory table.
    let entry: UInt32
    /// Where the header of its run is.
    let header: UInt32
    /// How many entries of the run precede it.
    let preceding: UInt32
  }

  private var anchors: [Anchor] = []

  /// Adds the anchors of one more directory.
  mutating func append(_ more: [Anchor]) { anchors.append(contentsOf: more) }

  /// Puts the anchors in order once all are there.
  mutating func finish() { anchors.sort { $0.entry < $1.entry } }

  /// The number of anchors whose entry is before an offset.
  private func count(before offset: Int) -> Int {
    var (low, high) = (0, anchors.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(anchors[middle].entry) < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The last anchor of a listing for which `precedes` holds, supposing that it holds for all up to
  /// some anchor and for none after it.
  func last(
    of listing: Inode.Listing, where precedes: (Anchor) throws(SquashFSError) -> Bool
  ) throws(SquashFSError) -> Anchor? {
    guard listing.byteCount > Self.stride * 9 else { return nil }
    let first = count(before: listing.start)
    var (low, high) = (first, count(before: listing.end))
    while low < high {
      let middle = (low + high) / 2
      if try precedes(anchors[middle]) { low = middle + 1 } else { high = middle }
    }
    return low > first ? anchors[low - 1] : nil
  }
}

extension VolumeTables {
  /// The place of an anchor's entry.
  private func place(
    of anchor: DirectoryIndex.Anchor, in listing: Inode.Listing
  ) throws(SquashFSError) -> ListingPlace {
    var place = ListingPlace(listing)
    place.offset = Int(anchor.header)
    try enterRun(&place)
    place.offset = Int(anchor.entry)
    place.remaining -= Int(anchor.preceding)
    return place
  }

  /// A place not behind the entry with a name, and near it.
  func place(
    near name: RawSpan, in listing: Inode.Listing, _ index: DirectoryIndex
  ) throws(SquashFSError) -> ListingPlace {
    let anchor = try index.last(of: listing) { (anchor) throws(SquashFSError) in
      let start = Int(anchor.entry)
      let count = Int(try directories.table.word16(start + 6)) + 1
      return try directories.table.withBytes(start + 8, count) { name.order(to: $0) >= 0 }
    }
    guard let anchor else { return ListingPlace(listing) }
    return try place(of: anchor, in: listing)
  }

  /// The place that a cookie stands for: the first entry at or behind that many bytes.
  func place(
    cookie: UInt64, in listing: Inode.Listing, _ index: DirectoryIndex
  ) throws(SquashFSError) -> ListingPlace {
    guard cookie > 0 else { return ListingPlace(listing) }
    let target = listing.start + Int(min(cookie, UInt64(listing.byteCount)))
    var place = ListingPlace(listing)
    let anchor = try index.last(of: listing) { (anchor) throws(SquashFSError) in
      Int(anchor.entry) <= target
    }
    if let anchor { place = try self.place(of: anchor, in: listing) }
    while place.offset < target { _ = try next(&place) }
    return place
  }
}
