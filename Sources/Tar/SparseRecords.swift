/// What `GNU.sparse.*` records of a PAX header say.
///
/// GNU tar's manual, "Storing Sparse Files", "PAX Format, Versions 0.0, 0.1 and 1.0": version 0.0
/// repeats `offset` and `numbytes`, 0.1 has `map`, 1.0 keeps the map before the content.
struct SparseRecords {
  /// Where the map of a sparse file is.
  enum Map {
    /// In the records.
    case listed([SparseRegion])
    /// At the start of the content.
    case inContent
  }

  private(set) var name: [UInt8]?
  private var size: UInt64?
  private var major: UInt64?
  private var minor: UInt64?
  private var regionCount: UInt64?
  /// Offsets and lengths in turn.
  private var numbers: [UInt64] = []
  private var hasMap = false

  /// Takes the record `GNU.sparse.<word>`; words that are not known are passed over.
  mutating func take(_ word: String, _ value: ArraySlice<UInt8>) throws(TarError.Defect) {
    switch word {
    case "name":
      if value.contains(0) { throw .malformed(.path) }
      name = Array(value)
    case "size", "realsize": size = try Self.number(value)
    case "major": major = try Self.number(value)
    case "minor": minor = try Self.number(value)
    case "numblocks": regionCount = try Self.number(value)
    case "offset", "numbytes":
      guard numbers.count.isMultiple(of: 2) == (word == "offset") else {
        throw .malformed(.sparseMap)
      }
      hasMap = true
      numbers.append(try Self.number(value))
    case "map": try takeMap(value)
    default: break
    }
  }

  private mutating func takeMap(_ value: ArraySlice<UInt8>) throws(TarError.Defect) {
    hasMap = true
    numbers = []
    if value.isEmpty { return }
    for text in value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      numbers.append(try Self.number(text))
    }
  }

  private static func number(_ text: ArraySlice<UInt8>) throws(TarError.Defect) -> UInt64 {
    guard let number = Numbers.decimal(text) else { throw .malformed(.sparseMap) }
    return number
  }

  /// The file's logical size and where its map is; `nil` when the file is not sparse.
  func resolve() throws(TarError.Defect) -> (size: UInt64, map: Map)? {
    if major == nil, minor == nil, !hasMap, regionCount == nil { return nil }
    guard let size else { throw .malformed(.sparseMap) }
    switch (major, minor) {
    case (1, 0):
      return (size, .inContent)
    case (nil, nil), (0, 0), (0, 1):
      let count = numbers.count / 2
      guard numbers.count.isMultiple(of: 2), regionCount ?? UInt64(count) == UInt64(count) else {
        throw .malformed(.sparseMap)
      }
      let regions = (0..<count).map {
        SparseRegion(offset: numbers[2 * $0], length: numbers[2 * $0 + 1])
      }
      return (size, .listed(regions))
    default:
      throw .unknownSparseFormat
    }
  }
}
