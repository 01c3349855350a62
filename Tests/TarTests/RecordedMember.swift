internal import Tar

/// One member as its events described it.
struct RecordedMember: Equatable {
  var entry: TarEntry
  /// The bytes of all `data` events.
  var stored: [UInt8] = []
  /// Where data and holes are, neighbouring data events joined.
  var runs: [Run] = []
  var isComplete = false

  struct Run: Equatable {
    var isHole: Bool
    var count: UInt64
  }
}

/// A sink that keeps everything, and breaks the test when events come in a wrong order.
struct Recorder: TarSink {
  var members: [RecordedMember] = []
  /// Bytes of the last member so far; `nil` between members.
  private var total: UInt64?
  private var isAfterHole = false

  struct OutOfOrder: Error { var event: String }

  mutating func begin(_ entry: TarEntry) throws {
    guard total == nil else { throw OutOfOrder(event: "begin") }
    members.append(RecordedMember(entry: entry))
    total = 0
    isAfterHole = false
  }

  mutating func data(_ bytes: RawSpan) throws {
    guard members.last?.entry.kind == .regular, !bytes.isEmpty else {
      throw OutOfOrder(event: "data")
    }
    bytes.withUnsafeBytes { members[members.count - 1].stored += $0 }
    try append(isHole: false, UInt64(bytes.byteCount))
  }

  mutating func hole(_ count: UInt64) throws {
    guard members.last?.entry.isSparse == true, count > 0, !isAfterHole else {
      throw OutOfOrder(event: "hole")
    }
    try append(isHole: true, count)
  }

  mutating func end() throws {
    guard let total, total == members.last?.entry.size else {
      throw OutOfOrder(event: "end after \(total ?? 0) bytes")
    }
    members[members.count - 1].isComplete = true
    self.total = nil
  }

  private mutating func append(isHole: Bool, _ count: UInt64) throws {
    guard let sum = total else { throw OutOfOrder(event: "content between members") }
    total = sum + count
    let index = members.count - 1
    if !isHole, !isAfterHole, sum > 0 {
      members[index].runs[members[index].runs.count - 1].count += count
    } else {
      members[index].runs.append(RecordedMember.Run(isHole: isHole, count: count))
    }
    isAfterHole = isHole
  }
}

/// What came of reading an archive: the members seen, and the error that ended it, if one did.
struct Outcome: Equatable {
  var members: [RecordedMember]
  var error: TarError?

  var isAccepted: Bool { error == nil && members.allSatisfy(\.isComplete) }
}

/// Reads an archive in chunks of the sizes that `chunk` gives; errors other than TarError escape.
func read(
  _ archive: [UInt8], limits: TarLimits = TarLimits(), chunk: () -> Int = { .max }
) throws -> Outcome {
  var parser = TarParser(limits: limits)
  var recorder = Recorder()
  do {
    var rest = archive.span.bytes
    while !rest.isEmpty {
      let size = min(chunk(), rest.byteCount)
      try parser.consume(rest.extracting(first: size), into: &recorder)
      rest = rest.extracting(droppingFirst: size)
    }
    try parser.finish()
    return Outcome(members: recorder.members, error: nil)
  } catch let error as TarError {
    return Outcome(members: recorder.members, error: error)
  }
}

extension TarParser {
  /// Consumes bytes that are in no array of their own.
  mutating func consume<Sink: TarSink>(
    _ bytes: some Collection<UInt8>, into sink: inout Sink
  ) throws {
    let array = Array(bytes)
    try consume(array.span.bytes, into: &sink)
  }
}
