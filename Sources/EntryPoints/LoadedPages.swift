/// Which pages of programs and libraries are read when they are loaded and begin to run.
///
/// Found by comparing guesses with exact traces of Python, Bash, Perl and others on Debian: the
/// loader reads all tables and writes nearly all of the data; of a program's code half is run,
/// of a library's little more than what the program calls.
struct LoadedPages {
  /// Loaders up to this size are taken whole: nearly all of them is run.
  private static let wholeLoader: UInt64 = 512 << 10
  /// Code of a program up to this size is taken whole.
  private static let wholeCode: UInt64 = 256 << 10
  /// How much code is taken behind a program's first instruction.
  private static let codeBehindEntry: UInt64 = 256 << 10
  /// How much is taken of what lies behind a program's code: tables and texts that do not change.
  private static let constants: UInt64 = 16 << 10
  /// How much of a program's code is taken at most.
  private static let mostCode: UInt64 = 4 << 20
  /// How many symbols of libraries are looked at.
  private static let mostSymbols = 1 << 18

  private(set) var pages: PageList

  init(adding pages: PageList = PageList()) { self.pages = pages }

  /// Adds what the start of a program reads of all files that are loaded.
  mutating func add(_ order: LoadOrder) {
    let program = order.members[0]
    pages.add(program.file, program.elf.headers)
    if let loader = order.loader {
      if loader.file.content.size <= Self.wholeLoader {
        pages.add(loader.file, atMost: Self.wholeLoader)
      } else {
        addTables(loader)
      }
    }
    if let configuration = order.configuration {
      pages.add(configuration, atMost: LibraryCache.sizeLimit)
    }
    for library in order.members.dropFirst() { pages.add(library.file, library.elf.headers) }
    for member in order.members.dropFirst().reversed() { addTables(member) }
    addTables(program)
    addCode(order)
  }

  /// What the loader reads and writes of a file.
  private mutating func addTables(_ member: LoadOrder.Member) {
    for table in member.dynamic?.tables ?? [member.elf.headers] { pages.add(member.file, table) }
    for segment in member.elf.segments where segment.isWritable {
      pages.add(member.file, segment.bytes)
    }
  }

  private mutating func addCode(_ order: LoadOrder) {
    for member in order.members.reversed() {
      for tag in [DynamicSection.Tag.initial, .final] {
        if let offset = member.dynamic?.offset(tag) { pages.add(member.file, offset..<offset + 1) }
      }
    }
    addEntry(order.members[0])
    guard let symbols = order.members[0].dynamic.flatMap({ SymbolTable($0) }) else { return }
    var needed = symbols.needed
    var room = Self.mostSymbols
    for library in order.members.dropFirst() {
      guard room > 0, let symbols = library.dynamic.flatMap({ SymbolTable($0) }) else { continue }
      room -= symbols.count
      for address in symbols.define(&needed) {
        if let offset = library.elf.offset(of: address) {
          pages.add(library.file, offset..<offset + 1)
        }
      }
    }
  }

  /// The code around a program's first instruction.
  ///
  /// Linkers put what is hardly ever run at the beginning of the code, then what is often run, if
  /// the compiler knew, and then the rest, which begins with the entry point.
  private mutating func addEntry(_ program: LoadOrder.Member) {
    guard let entry = program.elf.offset(of: program.elf.entry),
      let code = program.elf.segments.first(where: { $0.bytes.contains(entry) })
    else { return }
    if let next = program.elf.segments.first(where: { $0.address > code.address }),
      !next.isWritable
    {
      pages.add(program.file, next.offset..<next.offset + min(next.size, Self.constants))
    }
    guard code.size > Self.wholeCode else { return pages.add(program.file, code.bytes) }
    let before = (entry - code.offset) / 5 * 3
    let start = entry - min(before, Self.mostCode - Self.codeBehindEntry)
    pages.add(program.file, start..<min(entry + Self.codeBehindEntry, code.bytes.upperBound))
  }
}
