/// The dynamic symbols of an ELF file.
struct SymbolTable {
  private static let mostSymbols: UInt64 = 1 << 16
  private static let longestName = 1024
  private static let mostStrings: UInt64 = 4 << 20

  /// Kinds of symbol.
  private static let function: UInt8 = 2
  private static let indirect: UInt8 = 10

  private let width: ELFWidth
  private let symbols: LittleEndianBytes
  private let strings: [UInt8]
  /// How many symbols there are.
  let count: Int

  /// Reads the table; nil where there is none, or one that is larger than those of ordinary
  /// libraries.
  init?(_ dynamic: DynamicSection) {
    let elf = dynamic.elf
    guard let start = dynamic.offset(.symbols), let texts = dynamic.offset(.strings),
      let size = dynamic[.stringsSize], size <= Self.mostStrings,
      let count = Self.count(dynamic), count <= Self.mostSymbols,
      let symbols = elf.file.bytes(at: start, count: count * UInt64(elf.width.sizes.symbol)),
      let strings = elf.file.bytes(at: texts, count: size)
    else { return nil }
    width = elf.width
    self.symbols = LittleEndianBytes(symbols)
    self.strings = strings
    self.count = Int(count)
  }

  /// How many symbols there are, which only the hash tables tell.
  private static func count(_ dynamic: DynamicSection) -> UInt64? {
    let file = dynamic.elf.file
    if let hash = dynamic.offset(.hash), let bytes = file.bytes(at: hash, count: 8) {
      return LittleEndianBytes(bytes).integer(UInt32.self, at: 4).map(UInt64.init)
    }
    guard let hash = dynamic.offset(.gnuHash), let bytes = file.bytes(at: hash, count: 16) else {
      return nil
    }
    let header = LittleEndianBytes(bytes)
    guard let buckets = header.integer(UInt32.self, at: 0).map(UInt64.init),
      let first = header.integer(UInt32.self, at: 4).map(UInt64.init),
      let bloom = header.integer(UInt32.self, at: 8).map(UInt64.init),
      buckets <= mostSymbols, bloom <= mostSymbols, first <= mostSymbols
    else { return nil }
    let wordSize: UInt64 = dynamic.elf.width == .bits32 ? 4 : 8
    let table = hash + 16 + bloom * wordSize
    guard let bytes = file.bytes(at: table, count: buckets * 4) else { return nil }
    let words = LittleEndianBytes(bytes)
    let last = (0..<Int(buckets)).compactMap { words.integer(UInt32.self, at: $0 * 4) }.max() ?? 0
    guard UInt64(last) >= first else { return first }
    return end(ofChain: UInt64(last), chains: table + buckets * 4, first: first, in: file)
  }

  /// The chain of the last bucket ends with a value whose lowest bit is set, at the last symbol.
  private static func end(
    ofChain symbol: UInt64, chains: UInt64, first: UInt64, in file: FileBytes
  ) -> UInt64? {
    var symbol = symbol
    while symbol < mostSymbols {
      guard let bytes = file.bytes(at: chains + (symbol - first) * 4, count: 4) else { return nil }
      symbol += 1
      if bytes[0] & 1 != 0 { return symbol }
    }
    return nil
  }

  private func symbol(_ index: Int) -> (name: ArraySlice<UInt8>, address: UInt64, kind: UInt8)? {
    let start = index * width.sizes.symbol
    let isNarrow = width == .bits32
    guard let name = symbols.integer(UInt32.self, at: start).map({ Int($0) }),
      name > 0, name < strings.count,
      let address = symbols.word(width, at: start + (isNarrow ? 4 : 8)),
      let info = symbols.integer(UInt8.self, at: start + (isNarrow ? 12 : 4)),
      let section = symbols.integer(UInt16.self, at: start + (isNarrow ? 14 : 6)),
      let end = strings[name...].prefix(Self.longestName + 1).firstIndex(of: 0)
    else { return nil }
    return (strings[name..<end], section == 0 ? 0 : address, info & 0xF)
  }

  /// The names that others are to define.
  var needed: Set<ArraySlice<UInt8>> {
    Set((0..<count).compactMap { symbol($0) }.filter { $0.address == 0 }.map(\.name))
  }

  /// Takes the names that this file defines out of a set, and tells where the functions among them
  /// are, and those that choose a function while the file is linked.
  func define(_ names: inout Set<ArraySlice<UInt8>>) -> [UInt64] {
    var addresses: [UInt64] = []
    for index in 0..<count {
      guard let symbol = symbol(index), symbol.address != 0 else { continue }
      let isNeeded = names.remove(symbol.name) != nil
      if symbol.kind == Self.indirect || (isNeeded && symbol.kind == Self.function) {
        addresses.append(symbol.address)
      }
    }
    return addresses
  }
}
