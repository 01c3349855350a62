/// A place in a directory's listing, from which its entries are read one by one.
///
/// A listing is a row of runs. A run has a header of 12 bytes (number of entries - 1, the metadata
/// block of the inodes, a base inode number) and at most 256 entries (8 bytes and a name each).
struct ListingPlace {
  /// The next byte in the flat directory table: an entry's, or a header's when `remaining` is 0.
  var offset: Int
  /// Where the listing ends.
  let end: Int
  /// Where the listing starts.
  let start: Int
  /// How many entries of the run are still to come.
  var remaining = 0
  /// Where the header of the run is.
  var header = 0
  /// Where in the flat inode table the metadata block of the run's inodes starts.
  var inodeBlock = 0
  /// The base inode number of the run.
  var number: UInt32 = 0

  /// The start of a listing.
  init(_ listing: Inode.Listing) {
    offset = listing.start
    start = listing.start
    end = listing.end
  }
}

extension VolumeTables {
  /// Reads the header at the place.
  func enterRun(_ place: inout ListingPlace) throws(SquashFSError) {
    let table = directories.table
    let count = try table.word32(place.offset)
    guard count < 256, place.offset + 12 <= place.end else { throw .corrupt(.directory, .badSize) }
    let block = UInt64(try table.word32(place.offset + 4))
    guard let inodeBlock = inodes.blocks.flat(ofBlockAt: block) else {
      throw .corrupt(.directory, .outOfBounds)
    }
    place.header = place.offset
    place.inodeBlock = inodeBlock
    place.number = try table.word32(place.offset + 8)
    place.remaining = Int(count) + 1
    place.offset += 12
  }

  /// Reads the entry at the place and moves behind it; `nil` at the end of the listing.
  @inline(__always)
  func next(_ place: inout ListingPlace) throws(SquashFSError) -> DirectoryEntry? {
    if place.remaining == 0 {
      guard place.offset < place.end else { return nil }
      try enterRun(&place)
    }
    let table = directories.table
    let entry = place.offset
    let nameCount = Int(try table.word16(entry + 6)) + 1
    guard nameCount <= 256, entry + 8 + nameCount <= place.end else {
      throw .corrupt(.directory, .badSize)
    }
    let position = place.inodeBlock + Int(try table.word16(entry))
    let delta = Int32(Int16(bitPattern: try table.word16(entry + 2)))
    guard let type = EntryType(rawValue: try table.word16(entry + 4)),
      position < inodes.table.memory.count
    else { throw .corrupt(.directory, .badValue) }
    place.offset = entry + 8 + nameCount
    place.remaining -= 1
    return DirectoryEntry(
      inode: InodePosition(rawValue: UInt32(position)),
      number: place.number &+ UInt32(bitPattern: delta), type: type,
      cookie: UInt64(place.offset - place.start), nameStart: entry + 8, nameCount: nameCount)
  }

  /// Compares a name with that of an entry.
  @inline(__always)
  func order(
    _ name: RawSpan, to entry: DirectoryEntry
  ) throws(SquashFSError) -> Int {
    try directories.table.withBytes(entry.nameStart, entry.nameCount) { name.order(to: $0) }
  }
}
