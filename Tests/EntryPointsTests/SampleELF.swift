@testable import EntryPoints

/// A made-up program or library, with addresses that are offsets in the file.
///
/// Headers and tables, then code on pages of its own, then data with the dynamic section.
struct SampleELF {
  var width = ELFWidth.bits64
  var machine: UInt16 = 62
  var interpreter: String?
  var needed: [String] = []
  var path: String?
  var runPath: String?
  /// Names that others define.
  var undefined: [String] = []
  /// Functions, by the page of the code on which they are.
  var functions: [(name: String, page: Int)] = []
  /// Those of them that choose a function while they are linked.
  var choosers: Set<String> = []
  var hasGNUHash = true
  var codePages = 1
  var dataPages = 1
  /// The page of the code with the first instruction; nil for a library.
  var entryPage: Int?
  /// What a program without a dynamic section has none of.
  var isStatic = false

  private static let pageSize = 4096

  /// The number of the first page of code.
  var firstCodePage: Int { tables.count / Self.pageSize + 1 }
  /// The number of the first page of data.
  var firstDataPage: Int { firstCodePage + codePages }

  /// The bytes of the file.
  var bytes: [UInt8] {
    var all = header + tables.dropFirst(header.count)
    pad(&all, to: firstCodePage)
    all += [UInt8](repeating: 0xC3, count: codePages * Self.pageSize)
    var data = isStatic ? [] : dynamic
    data += [UInt8](repeating: 1, count: dataPages * Self.pageSize - data.count)
    return all + data
  }

  private func pad(_ bytes: inout [UInt8], to page: Int) {
    bytes += [UInt8](repeating: 0, count: page * Self.pageSize - bytes.count)
  }

  // MARK: Parts

  private func number<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
    (0..<MemoryLayout<Number>.size).map { UInt8(truncatingIfNeeded: value >> Number(8 * $0)) }
  }

  private func word(_ value: Int) -> [UInt8] {
    width == .bits32 ? number(UInt32(value)) : number(UInt64(value))
  }

  private var segments: [(type: UInt32, flags: UInt32, offset: Int, size: Int)] {
    let size = Self.pageSize
    var all: [(UInt32, UInt32, Int, Int)] = [
      (1, 4, 0, tables.count), (1, 5, firstCodePage * size, codePages * size),
      (1, 6, firstDataPage * size, dataPages * size),
    ]
    if let interpreter { all.append((3, 4, Self.tablesStart, interpreter.utf8.count + 1)) }
    if !isStatic { all.append((2, 6, firstDataPage * size, dynamic.count)) }
    return all
  }

  private var header: [UInt8] {
    let sizes = width.sizes
    let isNarrow = width == .bits32
    var bytes: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, isNarrow ? 1 : 2, 1, 1]
    bytes += [UInt8](repeating: 0, count: 9) + number(UInt16(3)) + number(machine)
    bytes += number(UInt32(1))
    bytes += word(entryPage.map { (firstCodePage + $0) * Self.pageSize } ?? 0)
    bytes += word(sizes.header) + word(0) + number(UInt32(0)) + number(UInt16(sizes.header))
    bytes += number(UInt16(sizes.segment)) + number(UInt16(segments.count))
    bytes += [UInt8](repeating: 0, count: 6)
    for segment in segments {
      let place = word(segment.offset) + word(segment.offset) + word(segment.offset)
      let length = word(segment.size) + word(segment.size)
      bytes += number(segment.type)
      bytes +=
        isNarrow ? place + length + number(segment.flags) : number(segment.flags) + place + length
      bytes += word(Self.pageSize)
    }
    return bytes
  }

  private static let tablesStart = 0x400

  private var names: [String] { undefined + functions.map(\.name) }

  /// The texts, and where each begins.
  private var strings: (bytes: [UInt8], places: [String: Int]) {
    var bytes: [UInt8] = [0]
    var places: [String: Int] = [:]
    for text in needed + [path, runPath].compactMap({ $0 }) + names where places[text] == nil {
      places[text] = bytes.count
      bytes += Array(text.utf8) + [0]
    }
    return (bytes, places)
  }

  private var stringsStart: Int { Self.tablesStart + 256 }
  private var symbolsStart: Int { (stringsStart + strings.bytes.count + 7) & ~7 }
  private var hashStart: Int { symbolsStart + (names.count + 1) * width.sizes.symbol }

  private var symbols: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: width.sizes.symbol)
    let places = strings.places
    for (index, name) in names.enumerated() {
      let isDefined = index >= undefined.count
      let page = isDefined ? functions[index - undefined.count].page : 0
      let address = isDefined ? (codeStart + page) * Self.pageSize + 8 : 0
      let section = UInt16(isDefined ? 1 : 0)
      let kind: [UInt8] = [choosers.contains(name) ? 0x1A : 0x12, 0] + number(section)
      bytes += number(UInt32(places[name] ?? 0))
      bytes +=
        width == .bits32
        ? word(address) + word(16) + kind : kind + word(address) + word(16)
    }
    return bytes
  }

  private var hash: [UInt8] {
    let count = UInt32(names.count + 1)
    guard hasGNUHash else {
      return number(UInt32(1)) + number(count) + [UInt8](repeating: 0, count: Int(count + 1) * 4)
    }
    let first = UInt32(undefined.count + 1)
    var bytes =
      number(UInt32(1)) + number(first) + number(UInt32(1)) + number(UInt32(0)) + word(-1 & 0xFFFF)
    bytes += number(functions.isEmpty ? 0 : first)
    for index in functions.indices { bytes += number(UInt32(index == functions.count - 1 ? 3 : 2)) }
    return bytes
  }

  /// As ``firstCodePage``, which counts the symbols that need it.
  private var codeStart: Int { (hashStart + hash.count) / Self.pageSize + 1 }

  private var tables: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.tablesStart)
    bytes += Array((interpreter ?? "").utf8)
    bytes += [UInt8](repeating: 0, count: stringsStart - bytes.count) + strings.bytes
    bytes += [UInt8](repeating: 0, count: symbolsStart - bytes.count) + symbols
    return bytes + hash
  }

  private var dynamic: [UInt8] {
    let (bytes, places) = strings
    var entries = needed.map { (1, places[$0] ?? 0) }
    if let path { entries.append((15, places[path] ?? 0)) }
    if let runPath { entries.append((29, places[runPath] ?? 0)) }
    entries += [
      (5, stringsStart), (10, bytes.count), (6, symbolsStart),
      (hasGNUHash ? 0x6FFF_FEF5 : 4, hashStart), (0, 0),
    ]
    return entries.flatMap { word($0.0) + word($0.1) }
  }
}
