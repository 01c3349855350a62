internal import Linux
internal import SystemPackage

extension Store {
  /// How far the clocks of two hosts may be apart before one clears what the other still writes.
  public static let clockMargin: Int64 = 3600

  /// Begins to write to the store, after clearing what dead commands left.
  ///
  /// - Parameters:
  ///   - purpose: What is being done, for people.
  ///   - seconds: How long other hosts leave the area alone.
  /// - Throws: `unknownFeatures` when this program must not change the store.
  public func stage(
    purpose: String, for seconds: Int64 = 7 * 86_400
  ) throws(StoreError) -> StagingArea {
    try requireWritable()
    try clearLeftovers()
    let now = surroundings.now()
    let owner = StagingOwner(
      token: surroundings.token(), expires: now + max(0, min(seconds, 1 << 32)),
      process: surroundings.process)
    let area = StagingArea(store: self, owner: owner)
    let note = StagingNote(purpose: purpose, writer: surroundings.writer(), started: now)
    let text = (try? SealedText.encode(note)) ?? []
    do throws(SystemError) {
      let file = try directory.create(StorePath(.staging, owner.name))
      try file.append(text.span.bytes)
      try directory.synchronize(.staging)
    } catch {
      throw .system(error)
    }
    return area
  }

  /// Who is writing, as `staging/` says, dead or alive.
  public func stagingOwners() throws(StoreError) -> [StagingOwner] {
    do throws(SystemError) {
      return try directory.list(.staging).compactMap { StagingOwner(name: $0) }
    } catch {
      throw .system(error)
    }
  }

  /// Removes what commands staged that are known to be dead, or whose time ran out more than
  /// ``clockMargin`` ago.
  ///
  /// Safe beside everything, a second call included. One path operation when there is nothing.
  ///
  /// - Returns: The owners whose files were removed.
  @discardableResult
  public func clearLeftovers() throws(StoreError) -> [StagingOwner] {
    let now = surroundings.now()
    let gone = try stagingOwners().filter {
      surroundings.isKnownDead($0.process)
        || now.subtractingReportingOverflow(Self.clockMargin).partialValue > $0.expires
    }
    guard !gone.isEmpty else { return [] }
    let tokens = Set(gone.map(\.token))
    for area in StoreArea.allCases {
      for name in try names(in: area) {
        guard let token = StagingOwner.token(ofTemporary: name), tokens.contains(token) else {
          continue
        }
        try removeIfPresent(StorePath(area, name))
      }
    }
    for owner in gone { try removeIfPresent(StorePath(.staging, owner.name)) }
    return gone
  }

  /// The names in an area, sorted.
  public func names(in area: StoreArea) throws(StoreError) -> [String] {
    do throws(SystemError) {
      return try directory.list(area)
    } catch {
      throw .system(error)
    }
  }

  /// Removes a file; one that is not there is fine.
  public func removeIfPresent(_ path: StorePath) throws(StoreError) {
    do throws(SystemError) {
      try directory.unlink(path)
    } catch {
      guard error.errno == .noSuchFileOrDirectory else { throw .system(error) }
    }
  }
}
