/// Where in a regular file's content the parser is.
struct ContentCursor {
  /// The runs after the current one.
  var later: ArraySlice<SparseRegion> = []
  /// Bytes of the current run still to come.
  var inRegion: UInt64 = 0
  /// Where the current run ends in the file.
  var regionEnd: UInt64 = 0
  /// The file's logical size.
  var size: UInt64 = 0
}

extension TarParser {
  /// Reports a regular file and its first hole; its stored bytes come next.
  ///
  /// `sparse` is the map as listed; `remaining` is the number of stored bytes.
  mutating func startContent<Sink: TarSink & ~Copyable>(
    _ entry: TarEntry, sparse: [SparseRegion]?, into sink: inout Sink
  ) throws {
    guard entry.size <= limits.fileSize else { throw TarError.Defect.tooLarge(.size) }
    var entry = entry
    entry.isSparse = sparse != nil
    cursor = ContentCursor(inRegion: remaining, regionEnd: remaining, size: entry.size)
    if let sparse {
      let map = try SparseMap(
        checking: sparse, size: entry.size, stored: remaining, limits: limits)
      cursor = ContentCursor(later: map.regions[...], size: entry.size)
    }
    state = .content
    try sink.begin(entry)
    try crossHole(into: &sink)
  }

  /// Hands content to the sink, at most to the end of the current run.
  mutating func passContent<Sink: TarSink & ~Copyable>(
    _ bytes: RawSpan, into sink: inout Sink
  ) throws -> Int {
    let taken = Int(min(cursor.inRegion, UInt64(bytes.byteCount)))
    try sink.data(bytes.extracting(first: taken))
    cursor.inRegion -= UInt64(taken)
    remaining -= UInt64(taken)
    try crossHole(into: &sink)
    return taken
  }

  /// At the end of a run, reports the hole behind it and goes to the next run or the end.
  private mutating func crossHole<Sink: TarSink & ~Copyable>(into sink: inout Sink) throws {
    guard cursor.inRegion == 0 else { return }
    let next = cursor.later.popFirst()
    let hole = (next?.offset ?? cursor.size) - cursor.regionEnd
    if hole > 0 { try sink.hole(hole) }
    if let next {
      cursor.inRegion = next.length
      cursor.regionEnd = next.offset + next.length
    } else {
      try sink.end()
      startPadding()
    }
  }
}

extension TarParser {
  /// The bytes of content, as stored in the archive, that come next.
  ///
  /// Whoever pushes an archive in blocks of 512 bytes finds here, after a block that began a
  /// member, that its content starts at ``offset`` — so an index of a seekable archive can be made
  /// without reading any content.
  public var storedContent: UInt64 {
    if case .content = state { remaining } else { 0 }
  }

  /// Leaves out the rest of the current content and its padding, and ends the member.
  ///
  /// The sink gets ``TarSink/end()`` without the rest of data and holes. The bytes left out must
  /// not be consumed: go on ``offset`` bytes after the archive's start.
  ///
  /// - Throws: ``TarError`` after an earlier failure, or what the sink throws.
  public mutating func skipContent<Sink: TarSink & ~Copyable>(into sink: inout Sink) throws {
    try checkUsable()
    guard case .content = state else { return }
    leaveOut(remaining + UInt64(padding))
    try sink.end()
  }
}
