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
  /// - Throws: `unknownFeatures` when this program must not change the store; `notWritable` when
  ///   this user may not.
  public func stage(
    purpose: String, for seconds: Int64 = 7 * 86_400
  ) throws(StoreError) -> StagingArea {
    try requireWritable()
    do throws(StoreError) { try clearDeadOwners() } catch .system(let error) {
      throw refusal(error)
    }
    let now = surroundings.now()
    let owner = StagingOwner(
      token: surroundings.token(), expires: now + max(0, min(seconds, 1 << 32)),
      process: surroundings.process)
    let area = StagingArea(store: self, owner: owner)
    let note = StagingNote(
      purpose: purpose, writer: surroundings.writer(), started: now,
      generation: try generations().last ?? 0)
    let text = (try? SealedText.encode(note)) ?? []
    do throws(SystemError) {
      let file = try directory.create(StorePath(.staging, owner.name))
      try file.append(text.span.bytes)
      try directory.synchronize(.staging)
    } catch {
      throw refusal(error)
    }
    return area
  }

  /// Where nothing may be written at all, the store is what to name: the files that would have
  /// been written never were.
  private func refusal(_ error: SystemError) -> StoreError {
    switch error.errno {
    case .permissionDenied, .notPermitted, .readOnlyFileSystem:
      .notWritable(directory.location, error)
    default: .system(error)
    }
  }

  /// Who is writing, as `staging/` says, dead or alive.
  public func stagingOwners() throws(StoreError) -> [StagingOwner] {
    do throws(SystemError) {
      return try directory.list(.staging).compactMap { StagingOwner(name: $0) }
    } catch {
      throw .system(error)
    }
  }

  /// What a command that is writing says of itself; nil when that cannot be read, as when it has
  /// just ended or begun.
  public func note(of owner: StagingOwner) -> StagingNote? {
    guard let bytes = try? directory.read(StorePath(.staging, owner.name)) else { return nil }
    return try? SealedText.decode(StagingNote.self, from: bytes)
  }

  /// Removes what commands staged that are known to be dead, whose time ran out more than
  /// ``clockMargin`` ago, or whose file in `staging/` is gone.
  ///
  /// The last are left by a crash of the machine, which may keep the end of an owner but not that
  /// of its files, as these lie in other directories. Safe beside everything, a second call
  /// included. Lists every area.
  ///
  /// - Returns: The owners whose files were removed.
  @discardableResult
  public func clearLeftovers() throws(StoreError) -> [StagingOwner] {
    // An owner's file is there before its first temporary and until after its last: so the owner
    // of one that is seen now is seen afterwards, unless it has ended.
    let staged = try stagedFiles()
    let owners = try stagingOwners()
    let gone = owners.filter(isGone)
    let living = Set(owners.map(\.token)).subtracting(gone.map(\.token))
    for path in staged {
      guard let token = StagingOwner.token(ofTemporary: path.name), !living.contains(token) else {
        continue
      }
      try removeIfPresent(path)
    }
    for owner in gone { try removeIfPresent(StorePath(.staging, owner.name)) }
    return gone
  }

  /// Clears leftovers if `staging/` shows that there are some: one path operation when there is
  /// nothing.
  func clearDeadOwners() throws(StoreError) {
    if try stagingOwners().contains(where: isGone) { try clearLeftovers() }
  }

  /// Whether an owner is known to be dead, or its time ran out more than ``clockMargin`` ago.
  public func isGone(_ owner: StagingOwner) -> Bool {
    surroundings.isKnownDead(owner.process)
      || surroundings.now().subtractingReportingOverflow(Self.clockMargin).partialValue
        > owner.expires
  }

  /// The files with temporary names, in all areas.
  private func stagedFiles() throws(StoreError) -> [StorePath] {
    var staged: [StorePath] = []
    for area in StoreArea.allCases {
      let temporary = try names(in: area).filter(StagingOwner.isTemporary)
      staged += temporary.map { StorePath(area, $0) }
    }
    return staged
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
