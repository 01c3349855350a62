public import Linux
public import Store
internal import Synchronization

/// A directory in memory on a machine that may crash: it knows what of its state is durable.
///
/// The live state is that of a ``MemoryDirectory``. Beside it stands what POSIX leaves open:
///
/// - Data is durable when its *file* was fsynced. Of what was appended since, a crash leaves any
///   first part, torn within an append too, and possibly zeros instead of the rest.
/// - A name (created, linked, renamed, removed) is durable when its *directory* was fsynced, by
///   whomever; fsync of the file does not do it, not even for the file's first name. Of the changes
///   since, each is left or not, whatever was left of those before it.
/// - A rename is one change: it is left whole or not at all, so that neither name is lost. If it
///   goes from one directory to another, fsync of either makes it durable.
/// - A name that is left always means a file, if only an empty one.
/// - An area that was made is durable when the root was fsynced; without it all that is in it is
///   lost, whatever was fsynced. The root itself is durable as soon as it is made: making it is
///   taken to include fsync of the directory it lies in.
///
/// Thread-safe; each operation is atomic.
public final class CrashingDirectory: StoreDirectory {
  /// A change that may get lost.
  struct Change {
    enum Kind {
      /// Names that mean other files now; nil for a name that is gone.
      case names([(path: StorePath, file: MemoryDirectory.Content?)])
      /// An area that was made.
      case area(StoreArea)
      /// A file that has more bytes now.
      case append(MemoryDirectory.Content, from: Int, to: Int)
    }
    var kind: Kind
    /// The areas of which fsync makes it durable; none for an append.
    var areas: Set<StoreArea>
  }

  struct State {
    /// Names and areas that are durable.
    var files: [StorePath: MemoryDirectory.Content]
    var areas: Set<StoreArea>
    /// What is not durable yet, in the order in which it was done.
    var changes: [Change] = []
  }

  /// The state that a program sees; to be looked at, not to be changed.
  public let live: MemoryDirectory
  let state: Mutex<State>

  /// Begins with a copy of a directory, all of which is durable.
  public init(_ start: MemoryDirectory = MemoryDirectory()) {
    live = start.copy()
    state = Mutex(State(files: live.files, areas: live.areas))
  }

  /// How many changes are not durable yet.
  public var unsynchronized: Int { state.withLock { $0.changes.count } }

  /// That of the live directory.
  public var location: String { live.location }

  /// Does an operation and notes what it changed, in one step.
  private func note(
    _ areas: Set<StoreArea>, _ body: () throws(SystemError) -> Change.Kind
  ) throws(SystemError) {
    try state.withLock { (state) throws(SystemError) in
      state.changes.append(Change(kind: try body(), areas: areas))
    }
  }

  /// See ``StoreDirectory``.
  public func read(_ path: StorePath) throws(SystemError) -> [UInt8] { try live.read(path) }

  /// See ``StoreDirectory``.
  public func open(_ path: StorePath) throws(SystemError) -> any StoreFile { try live.open(path) }

  /// See ``StoreDirectory``.
  public func create(_ path: StorePath) throws(SystemError) -> any StoreFileWriter {
    try state.withLock { (state) throws(SystemError) in
      let base = try live.create(path)
      let file = live.file(path) ?? MemoryDirectory.Content()
      state.changes.append(Change(kind: .names([(path, file)]), areas: [path.area]))
      return CrashingWriter(directory: self, file: file, base: base)
    }
  }

  /// See ``StoreDirectory``.
  public func link(_ path: StorePath, to name: StorePath) throws(SystemError) {
    try note([name.area]) { () throws(SystemError) in
      try live.link(path, to: name)
      return .names([(name, live.file(name))])
    }
  }

  /// See ``StoreDirectory``.
  public func rename(_ path: StorePath, to name: StorePath) throws(SystemError) {
    try note([path.area, name.area]) { () throws(SystemError) in
      try live.rename(path, to: name)
      return .names([(path, nil), (name, live.file(name))])
    }
  }

  /// See ``StoreDirectory``.
  public func unlink(_ path: StorePath) throws(SystemError) {
    try note([path.area]) { () throws(SystemError) in
      try live.unlink(path)
      return .names([(path, nil)])
    }
  }

  /// See ``StoreDirectory``.
  public func makeDirectory(_ area: StoreArea) throws(SystemError) {
    try state.withLock { (state) throws(SystemError) in
      try live.makeDirectory(area)
      if area == .root {
        state.areas.insert(area)
      } else {
        state.changes.append(Change(kind: .area(area), areas: [.root]))
      }
    }
  }

  /// See ``StoreDirectory``.
  public func list(_ area: StoreArea) throws(SystemError) -> [String] { try live.list(area) }

  /// See ``StoreDirectory``.
  public func synchronize(_ area: StoreArea) throws(SystemError) {
    try state.withLock { (state) throws(SystemError) in
      try live.synchronize(area)
      for change in state.changes where change.areas.contains(area) { state.apply(change.kind) }
      state.changes.removeAll { $0.areas.contains(area) }
    }
  }

  /// See ``StoreDirectory``.
  public func freeSpace() throws(SystemError) -> FreeSpace { try live.freeSpace() }

  /// See ``StoreDirectory``.
  public func touch(_ path: StorePath) throws(SystemError) { try live.touch(path) }

  /// See ``StoreDirectory``.
  public func mode(of area: StoreArea) throws(SystemError) -> UInt16 { try live.mode(of: area) }

  fileprivate func append(
    _ bytes: RawSpan, to file: MemoryDirectory.Content, _ base: any StoreFileWriter
  ) throws(SystemError) {
    try note([]) { () throws(SystemError) in
      let before = file.count
      try base.append(bytes)
      return .append(file, from: before, to: file.count)
    }
  }

  fileprivate func synchronize(_ file: MemoryDirectory.Content) {
    state.withLock { state in
      state.changes.removeAll { change in
        if case .append(let appended, _, _) = change.kind { appended === file } else { false }
      }
    }
  }
}

extension CrashingDirectory.State {
  /// Makes a change of names or areas durable.
  mutating func apply(_ kind: CrashingDirectory.Change.Kind) {
    switch kind {
    case .names(let names): for (path, file) in names { files[path] = file }
    case .area(let area): areas.insert(area)
    case .append: break
    }
  }
}

private final class CrashingWriter: StoreFileWriter {
  private let directory: CrashingDirectory
  private let file: MemoryDirectory.Content
  private let base: any StoreFileWriter

  init(
    directory: CrashingDirectory, file: MemoryDirectory.Content, base: any StoreFileWriter
  ) {
    self.directory = directory
    self.file = file
    self.base = base
  }

  func append(_ bytes: RawSpan) throws(SystemError) {
    try directory.append(bytes, to: file, base)
  }

  func synchronize() throws(SystemError) {
    try base.synchronize()
    directory.synchronize(file)
  }
}
