extension TarParser {
  /// Reads the map in an old GNU header, then waits for its next block or starts the content.
  mutating func startOldSparseMap<Sink: TarSink & ~Copyable>(
    _ header: HeaderBlock, _ entry: TarEntry, into sink: inout Sink
  ) throws {
    oldMap = try OldSparseMapReader(header)
    sparseEntry = entry
    sparseEntry.size = oldMap.size
    try goOnAfterOldSparseMap(into: &sink)
  }

  /// Takes a block that continues the map of an old GNU header.
  mutating func takeOldSparseMap<Sink: TarSink & ~Copyable>(
    _ block: [UInt8], into sink: inout Sink
  ) throws {
    try oldMap.takeExtension(block, limits: limits)
    try goOnAfterOldSparseMap(into: &sink)
  }

  private mutating func goOnAfterOldSparseMap<Sink: TarSink & ~Copyable>(
    into sink: inout Sink
  ) throws {
    if oldMap.continues {
      state = .block(.oldSparseMap)
    } else {
      let regions = oldMap.regions
      oldMap = OldSparseMapReader()
      try startContent(sparseEntry, sparse: regions, into: &sink)
    }
  }

  /// Waits for the map of a PAX 1.0 sparse file.
  mutating func startTextSparseMap(_ entry: TarEntry) {
    sparseEntry = entry
    state = .block(.textSparseMap)
  }

  /// Takes a block of a map that stands before the content, and is part of its stored size.
  mutating func takeTextSparseMap<Sink: TarSink & ~Copyable>(
    _ block: [UInt8], into sink: inout Sink
  ) throws {
    guard remaining >= UInt64(block.count) else { throw TarError.Defect.sparseMapMismatch }
    remaining -= UInt64(block.count)
    guard try textMap.take(block, limits: limits) else { return }
    let regions = textMap.regions
    textMap = TextSparseMapReader()
    try startContent(sparseEntry, sparse: regions, into: &sink)
  }
}
