public import Digests

/// What was read of an image while it started, in the order of first touch (firn-store(5), "Access
/// traces").
///
/// A hint and nothing more: which pages, never what is in them.
public struct AccessTrace: Hashable, Sendable {
  /// The image's root identity, which inode positions belong to.
  public var rootIdentity: SHA256Digest
  /// Whether every page was asked for by itself; otherwise the kernel's readahead is in it, too.
  public var isExact: Bool
  /// The pages in the order in which they were first read; no page twice.
  public var runs: [PageRun]

  /// Makes a trace.
  public init(rootIdentity: SHA256Digest, isExact: Bool, runs: [PageRun]) {
    self.rootIdentity = rootIdentity
    self.isExact = isExact
    self.runs = runs
  }

  /// How many runs a trace has at most.
  public static let mostRuns = 1 << 20
}

extension AccessTrace {
  private static let magic = ByteWriter.magic("FIRNTRAC")
  static let exactFlag: UInt32 = 1

  private enum Section {
    static let image: UInt32 = 1
    static let runs: UInt32 = 2
  }

  /// The bytes of the trace's file.
  public func encoded() -> [UInt8] {
    var file = SectionFile(magic: Self.magic)
    var image = ByteWriter()
    image.append(rootIdentity)
    image.append(isExact ? Self.exactFlag : 0)
    file.append(Section.image, plain: image.bytes)
    var table = ByteWriter()
    table.reserve(runs.count * PageRun.byteCount)
    for run in runs.prefix(Self.mostRuns) { run.append(to: &table) }
    file.append(Section.runs, compressing: table.bytes)
    return file.encoded()
  }

  /// Reads a trace; never traps, whatever the bytes.
  public init(decoding bytes: [UInt8]) throws(FormatError) {
    let file = try SectionFile(decoding: bytes, magic: Self.magic, known: 1...2)
    var image = try file.reader(Section.image)
    rootIdentity = try image.digest()
    isExact = try Self.isExact(flags: try image.integer(UInt32.self))
    try image.finish()
    var table = try file.reader(Section.runs)
    guard try table.itemCount(of: PageRun.byteCount) <= Self.mostRuns else {
      throw .invalid("a trace has too many runs")
    }
    runs = try table.records(of: PageRun.byteCount) { (reader) throws(FormatError) in
      try PageRun(reading: &reader)
    }
  }

  /// Reads the flags of a trace, or of a bundle made from one.
  static func isExact(flags: UInt32) throws(FormatError) -> Bool {
    guard flags & ~exactFlag == 0 else { throw .invalid("unknown flags are set") }
    return flags & exactFlag != 0
  }
}
