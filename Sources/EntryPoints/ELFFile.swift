/// How wide the addresses of an ELF file are.
enum ELFWidth: Hashable {
  case bits32
  case bits64

  /// The sizes of the file's header, a program header, a dynamic entry and a symbol (elf(5)).
  var sizes: (header: Int, segment: Int, dynamic: Int, symbol: Int) {
    switch self {
    case .bits32: (52, 32, 8, 16)
    case .bits64: (64, 56, 16, 24)
    }
  }
}

/// A program or library in the form of elf(5), little-endian: as much of it as tells what its start
/// reads.
///
/// Whatever the bytes are, nothing traps, and what is read is bounded.
struct ELFFile {
  /// A part of the file that is mapped.
  struct Segment: Hashable {
    let offset: UInt64
    let address: UInt64
    let size: UInt64
    let isWritable: Bool
    let isExecutable: Bool

    /// The bytes of the file.
    var bytes: Range<UInt64> { offset..<offset + size }
  }

  private static let mostSegments = 256

  let file: FileBytes
  let width: ELFWidth
  let machine: UInt16
  /// The address of the first instruction; 0 where there is none.
  let entry: UInt64
  /// The file's header and its program headers.
  let headers: Range<UInt64>
  /// What is mapped.
  let segments: [Segment]
  /// The program that loads this one.
  let interpreter: [UInt8]?
  /// Where the dynamic section lies.
  let dynamicBytes: Range<UInt64>?

  /// Reads the headers; nil for anything that is no ELF file that could be run or loaded.
  init?(_ file: FileBytes) {
    guard let start = file.beginning(64), start.starts(with: [0x7F, 0x45, 0x4C, 0x46]),
      start.count >= 52, start[5] == 1, let width: ELFWidth = [1: .bits32, 2: .bits64][start[4]]
    else { return nil }
    let header = LittleEndianBytes(start)
    guard let type = header.integer(UInt16.self, at: 16), type == 2 || type == 3,
      let machine = header.integer(UInt16.self, at: 18),
      let entry = header.word(width, at: 24),
      let offset = header.word(width, at: width == .bits32 ? 28 : 32),
      let size = header.integer(UInt16.self, at: width == .bits32 ? 42 : 54),
      let count = header.integer(UInt16.self, at: width == .bits32 ? 44 : 56),
      Int(size) == width.sizes.segment, Int(count) <= Self.mostSegments,
      let table = file.bytes(at: offset, count: UInt64(count) * UInt64(size))
    else { return nil }
    self.file = file
    self.width = width
    self.machine = machine
    self.entry = entry
    headers = 0..<max(UInt64(width.sizes.header), offset + UInt64(table.count))
    var all: [(type: UInt32, segment: Segment)] = []
    for index in 0..<Int(count) {
      let bytes = LittleEndianBytes(Array(table[index * Int(size)..<(index + 1) * Int(size)]))
      if let found = Self.segment(bytes, width, fileSize: file.size) { all.append(found) }
    }
    segments = all.filter { $0.type == 1 }.map(\.segment)
    dynamicBytes = all.first { $0.type == 2 }?.segment.bytes
    interpreter = all.first { $0.type == 3 }.flatMap { file.text(at: $0.segment.offset) }
  }

  /// Takes a program header apart; nil for one that has no bytes within the file.
  private static func segment(
    _ bytes: LittleEndianBytes, _ width: ELFWidth, fileSize: UInt64
  ) -> (type: UInt32, segment: Segment)? {
    let isNarrow = width == .bits32
    guard let type = bytes.integer(UInt32.self, at: 0),
      let flags = bytes.integer(UInt32.self, at: isNarrow ? 24 : 4),
      let offset = bytes.word(width, at: isNarrow ? 4 : 8),
      let address = bytes.word(width, at: isNarrow ? 8 : 16),
      let size = bytes.word(width, at: isNarrow ? 16 : 32),
      size > 0, offset < fileSize, size <= fileSize - offset,
      !address.addingReportingOverflow(size).overflow
    else { return nil }
    return (
      type,
      Segment(
        offset: offset, address: address, size: size, isWritable: flags & 2 != 0,
        isExecutable: flags & 1 != 0)
    )
  }

  /// Where in the file the byte lies that is at an address.
  func offset(of address: UInt64) -> UInt64? {
    for segment in segments
    where address >= segment.address && address - segment.address < segment.size {
      return segment.offset + (address - segment.address)
    }
    return nil
  }

  /// Whether another file can be loaded into the same process.
  func matches(_ other: ELFFile) -> Bool { width == other.width && machine == other.machine }
}
