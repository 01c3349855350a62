internal import Digests
internal import FoundationEssentials
public import Linux
public import Store
internal import Synchronization
public import SystemPackage

/// Which packs a check has done, in a file, so that one that was interrupted goes on where it was.
///
/// Text lines of JSON: what is checked, then a line for each pack that is done, with what was found.
/// A line that was cut off means that its pack is checked again. Thread-safe.
public final class ScanRecord: Sendable {
  /// How many seconds may be lost when the check is killed.
  static let interval = 5.0

  /// The first line.
  struct Head: Codable, Equatable {
    var version = 1
    var store: String
    var started: Int64
  }

  /// A pack that is done.
  struct Line: Codable, Equatable {
    struct Finding: Codable, Equatable {
      var kind: Problem.Kind
      var detail: String
      var offset: UInt64?
    }
    var pack: String
    var problems: [Finding]?
  }

  private struct State: ~Copyable {
    var file: OwnedDescriptor
    var size: UInt64
    var unwritten: [UInt8] = []
    var writtenAt: Double
  }

  /// The file.
  public let path: FilePath
  /// When the check began: seconds since the epoch.
  public let started: Int64
  /// What was done before: the problems of each pack.
  let finished: [PackID: [Problem]]
  private let state: Mutex<State>

  /// Begins a record, in the place of what has the name.
  ///
  /// - Parameters:
  ///   - store: The store that is checked.
  ///   - resuming: Whether to go on with what the file says, if it is a record of this store.
  /// - Throws: `SystemError` when the file cannot be written.
  public init(
    at path: FilePath, of store: Store, resuming: Bool
  ) throws(SystemError) {
    self.path = path
    let id = store.description.id
    let before = resuming ? Self.read(path, store: id) : nil
    finished = before?.finished ?? [:]
    started = before?.started ?? store.surroundings.now()
    let text = Self.line(Head(store: id, started: started)) + (before?.lines ?? [])
    let temporary = FilePath("\(path).\(ProcessIdentity.current().pid)")
    let file = try OwnedDescriptor(
      opening: temporary, [.create, .truncate, .writeOnly, .noFollow], mode: 0o600)
    try file.writeAll(text.span.bytes)
    try Paths.rename(temporary, to: path)
    state = Mutex(
      State(file: file, size: UInt64(text.count), writtenAt: MonotonicClock.seconds()))
  }

  /// Notes that a pack is done; written soon.
  func add(_ pack: PackID, _ problems: [Problem]) throws(SystemError) {
    let findings = problems.map {
      Line.Finding(kind: $0.kind, detail: $0.message, offset: $0.offset)
    }
    let line = Line(pack: pack.description, problems: findings.isEmpty ? nil : findings)
    try state.withLock { (state) throws(SystemError) in
      state.unwritten += Self.line(line)
      let now = MonotonicClock.seconds()
      if now - state.writtenAt >= Self.interval { try Self.write(&state, at: now) }
    }
  }

  /// Writes what is not written yet.
  func flush() throws(SystemError) {
    try state.withLock { (state) throws(SystemError) in
      try Self.write(&state, at: MonotonicClock.seconds())
    }
  }

  private static func write(_ state: inout State, at now: Double) throws(SystemError) {
    try state.file.writeAll(state.unwritten.span.bytes, at: state.size)
    state.size += UInt64(state.unwritten.count)
    state.unwritten = []
    state.writtenAt = now
  }

  /// Removes the file: the check has come to its end.
  func remove() throws(SystemError) { try Paths.unlink(path) }

  private static func line(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { return [] }
    return Array(data) + [UInt8(ascii: "\n")]
  }
}

extension ScanRecord {
  private struct Earlier {
    var started: Int64
    var finished: [PackID: [Problem]] = [:]
    var lines: [UInt8] = []
  }

  /// What a file says of an unfinished check of a store; nil when it says nothing of that kind.
  private static func read(_ path: FilePath, store: String) -> Earlier? {
    guard let bytes = try? readBytes(path) else { return nil }
    let newline = UInt8(ascii: "\n")
    let end = bytes.lastIndex(of: newline) ?? 0
    let lines = bytes[..<end].split(separator: newline)
    let decoder = JSONDecoder()
    guard let first = lines.first, let head = try? decoder.decode(Head.self, from: Data(first)),
      head.version == 1, head.store == store
    else { return nil }
    var result = Earlier(started: head.started)
    for text in lines.dropFirst() {
      guard let line = try? decoder.decode(Line.self, from: Data(text)),
        let digest = SHA256Digest(hex: line.pack)
      else { continue }
      let pack = PackID(digest)
      let file = StorePath(.packs, line.pack)
      result.finished[pack] = (line.problems ?? []).map {
        Problem($0.kind, file, $0.detail, offset: $0.offset)
      }
      result.lines += text + [newline]
    }
    return result
  }
}
