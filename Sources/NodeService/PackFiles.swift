internal import Linux
internal import Store
internal import Synchronization
internal import SystemPackage

/// The packs a node reads from, each opened once and kept open while it is in use.
///
/// No lock is held while a file is opened or read: a store that hangs holds up only those who
/// need it.
final class PackFiles: Sendable {
  private struct Opened {
    var file: any StoreFile
    /// When it was used last, in uses of any file.
    var use: UInt64
  }

  private struct State {
    var files: [PackID: Opened] = [:]
    var flights: [PackID: Flight<any StoreFile, SystemError>] = [:]
    var uses: UInt64 = 0

    mutating func use(_ pack: PackID) -> (any StoreFile)? {
      uses += 1
      files[pack]?.use = uses
      return files[pack]?.file
    }
  }

  /// How many files are kept open at most, unless given: far fewer than a process may have.
  static let mostFiles = 256

  private let store: Store
  private let limit: Int
  private let state = Mutex(State())

  init(_ store: Store, limit: Int = PackFiles.mostFiles) {
    self.store = store
    self.limit = limit
  }

  /// Reads stored bytes of a block; does not look at what they are.
  func read(
    _ block: BlockRecord, at location: BlockLocation
  ) throws(SystemError) -> SharedBuffer {
    let file = try open(location.pack)
    let count = Int(block.storedSize.byteCount)
    return try SharedBuffer(capacity: count) { (span) throws(SystemError) in
      try file.read(at: location.offset, into: &span)
    }
  }

  /// Forgets a file, so that the next read opens it again by its path: an evicted client of a
  /// shared file system loses its descriptors.
  func forget(_ pack: PackID) {
    state.withLock { $0.files[pack] = nil }
  }

  /// Forgets the files of all packs but these: a file that is deleted takes up room for as long as
  /// anybody has it open.
  func keep(only packs: Set<PackID>) {
    state.withLock { state in
      for pack in Array(state.files.keys) where !packs.contains(pack) { state.files[pack] = nil }
    }
  }

  /// How many files are open.
  var count: Int { state.withLock { $0.files.count } }

  private func open(_ pack: PackID) throws(SystemError) -> any StoreFile {
    if let known = state.withLock({ $0.use(pack) }) { return known }
    let mine = Flight<any StoreFile, SystemError>()
    let other: Flight<any StoreFile, SystemError>? = state.withLock { state in
      if let other = state.flights[pack] { return other }
      state.flights[pack] = mine
      return nil
    }
    if let other { return try other.value() }
    let result = Result { () throws(SystemError) in
      try store.directory.open(StorePath(.packs, pack.description))
    }
    state.withLock { state in
      state.flights[pack] = nil
      guard case .success(let file) = result else { return }
      if state.files.count >= limit {
        let oldest = state.files.min { $0.value.use < $1.value.use }
        if let oldest { state.files[oldest.key] = nil }
      }
      state.files[pack] = Opened(file: file, use: state.uses)
    }
    mine.land(result)
    return try result.get()
  }
}
