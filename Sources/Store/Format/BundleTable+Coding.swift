public import Digests

extension BundleTable {
  /// What a bundle's file begins with.
  static let fileMagic = ByteWriter.magic("FIRNBNDL")
  private static let magic = ByteWriter.magic("FIRNBTAB")
  private static let frameSize = 16 + Checksum.byteCount
  private static let entrySize = PageRun.byteCount + 12

  private enum Section {
    static let image: UInt32 = 1
    static let frames: UInt32 = 2
    static let entries: UInt32 = 3
    static let paths: UInt32 = 4
  }

  /// The bytes of the table.
  func encoded() -> [UInt8] {
    var file = SectionFile(magic: Self.magic)
    var writer = ByteWriter()
    writer.append(rootIdentity)
    writer.append(isExact ? AccessTrace.exactFlag : 0)
    file.append(Section.image, plain: writer.bytes)
    writer.removeAll()
    for frame in frames {
      writer.append(frame.offset)
      writer.append(frame.storedSize)
      writer.append(frame.size)
      writer.append(frame.checksum)
    }
    file.append(Section.frames, plain: writer.bytes)
    writer.removeAll()
    for entry in entries {
      entry.run.append(to: &writer)
      writer.append(entry.byteCount)
      writer.append(entry.frame)
      writer.append(entry.offset)
    }
    file.append(Section.entries, compressing: writer.bytes)
    writer.removeAll()
    for (inode, path) in paths.sorted(by: { $0.key < $1.key }) {
      writer.append(inode)
      writer.append(counted: path)
    }
    file.append(Section.paths, compressing: writer.bytes)
    return file.encoded()
  }

  /// Reads and validates a table; never traps, whatever the bytes.
  init(decoding bytes: [UInt8]) throws(FormatError) {
    let file = try SectionFile(decoding: bytes, magic: Self.magic, known: 1...4)
    var image = try file.reader(Section.image)
    let rootIdentity = try image.digest()
    let isExact = try AccessTrace.isExact(flags: try image.integer(UInt32.self))
    try image.finish()
    self.init(
      rootIdentity: rootIdentity, isExact: isExact,
      frames: try Self.frames(try file.reader(Section.frames)),
      entries: try Self.entries(try file.reader(Section.entries)),
      paths: try Self.paths(try file.reader(Section.paths)))
    try validate()
  }

  private static func frames(_ table: ByteReader) throws(FormatError) -> [Frame] {
    var reader = table
    return try reader.records(of: frameSize) { (reader) throws(FormatError) in
      let offset = try reader.integer(UInt64.self)
      let stored = try reader.integer(UInt32.self)
      let size = try reader.integer(UInt32.self)
      return Frame(
        offset: offset, storedSize: stored, size: size, checksum: try reader.checksum())
    }
  }

  private static func entries(_ table: ByteReader) throws(FormatError) -> [Entry] {
    var reader = table
    guard try reader.itemCount(of: entrySize) <= mostItems else {
      throw .invalid("a bundle has too many entries")
    }
    return try reader.records(of: entrySize) { (reader) throws(FormatError) in
      let run = try PageRun(reading: &reader)
      let byteCount = try reader.integer(UInt32.self)
      let frame = try reader.integer(UInt32.self)
      return Entry(
        run: run, byteCount: byteCount, frame: frame, offset: try reader.integer(UInt32.self))
    }
  }

  private static func paths(_ table: ByteReader) throws(FormatError) -> [UInt32: [UInt8]] {
    var reader = table
    var paths: [UInt32: [UInt8]] = [:]
    while reader.remaining > 0 {
      let inode = try reader.integer(UInt32.self)
      let path = try reader.counted()
      guard isPath(path) else { throw .invalid("a path leads out of its image") }
      paths[inode] = path
    }
    return paths
  }

  /// Whether a path goes down from a root, and nowhere else.
  static func isPath(_ path: [UInt8]) -> Bool {
    guard !path.isEmpty, path.count < 4096, !path.contains(0) else { return false }
    return path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
      !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
    }
  }
}

extension BundleTable {
  /// How many bytes at a bundle's end say where its table is.
  public static let footerSize = TrailedFile.footerSize

  /// Where the table lies in a bundle's file.
  ///
  /// - Parameter footer: The last ``footerSize`` bytes of the file.
  public static func place(
    footer: [UInt8], fileSize: UInt64
  ) throws(FormatError) -> Range<UInt64> {
    let footer = try TrailedFile.decodeFooter(footer, fileSize: fileSize)
    return footer.trailerOffset..<footer.trailerOffset + footer.trailerSize
  }

  /// Reads a table for an image.
  ///
  /// - Parameter bytes: What the file has at the table's place.
  /// - Throws: also when the bundle is another image's.
  public init(
    _ bytes: [UInt8], at place: Range<UInt64>, of rootIdentity: SHA256Digest
  ) throws(FormatError) {
    try self.init(decoding: bytes)
    guard self.rootIdentity == rootIdentity else { throw .invalid("it is another image's") }
    guard dataEnd == place.lowerBound else { throw .invalid("its frames do not fill it") }
  }
}
