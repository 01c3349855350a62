/// The records of one PAX extended header (type `x`) that matter here.
///
/// POSIX.1-2017, pax, "pax Extended Header": `length key=value\n` with the length counting itself.
/// A later record of a key wins; an empty value of a standard key takes the record back. Owner and
/// group names, access times, comments and vendors' other records are passed over; so are
/// `LIBARCHIVE.xattr.*`, because libarchive writes each one as `SCHILY.xattr.*` too.
struct ExtendedHeader {
  private(set) var path: [UInt8]?
  private(set) var linkPath: [UInt8]?
  private(set) var size: UInt64?
  private(set) var uid: UInt32?
  private(set) var gid: UInt32?
  private(set) var mtime: Int64?
  private(set) var deviceMajor: UInt32?
  private(set) var deviceMinor: UInt32?
  private(set) var hasAccessControlList = false
  private(set) var sparse = SparseRecords()
  private var xattrs: [[UInt8]: [UInt8]] = [:]
  private var xattrSize = 0

  /// A header without records.
  init() {}

  /// Reads the body of an extended header.
  init(parsing body: [UInt8], limits: TarLimits) throws(TarError.Defect) {
    var rest = body[...]
    while !rest.isEmpty {
      let (key, value) = try Self.nextRecord(of: &rest)
      try take(key: key, value: value, limits: limits)
    }
  }

  /// The extended attributes, ordered by name.
  var orderedXattrs: [TarEntry.ExtendedAttribute] {
    xattrs.map { .init(name: $0.key, value: $0.value) }
      .sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  /// Cuts the next record off; the value ends where the length says, so it may hold any byte.
  private static func nextRecord(
    of rest: inout ArraySlice<UInt8>
  ) throws(TarError.Defect) -> (key: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
    let digits = rest.prefix(20).prefix { $0 != UInt8(ascii: " ") }
    guard let length = Numbers.decimal(digits), length > digits.count + 1, length <= rest.count
    else { throw .malformed(.extendedHeader) }
    let record = rest.prefix(Int(length))
    let content = record.dropFirst(digits.count + 1).dropLast()
    guard record.last == UInt8(ascii: "\n"),
      let equals = content.firstIndex(of: UInt8(ascii: "=")), equals > content.startIndex
    else { throw .malformed(.extendedHeader) }
    rest = rest.dropFirst(Int(length))
    return (content[..<equals], content[(equals + 1)...])
  }

  private mutating func take(
    key: ArraySlice<UInt8>, value: ArraySlice<UInt8>, limits: TarLimits
  ) throws(TarError.Defect) {
    if let name = Self.suffix(of: key, after: "SCHILY.xattr.") {
      return try takeXattr(name: name, value: value, limits: limits)
    }
    if Self.suffix(of: key, after: "SCHILY.acl.") != nil { hasAccessControlList = true }
    if let word = Self.suffix(of: key, after: "GNU.sparse.") {
      return try sparse.take(String(decoding: word, as: UTF8.self), value)
    }
    switch String(decoding: key, as: UTF8.self) {
    case "path": path = try Self.name(value, .path)
    case "linkpath": linkPath = try Self.name(value, .linkPath)
    case "size": size = try Self.optional(value, Numbers.decimal, orThrow: .size)
    case "uid": uid = try Self.optional(value, Self.number32, orThrow: .uid)
    case "gid": gid = try Self.optional(value, Self.number32, orThrow: .gid)
    case "mtime": mtime = try Self.optional(value, Numbers.time, orThrow: .mtime)
    case "SCHILY.devmajor":
      deviceMajor = try Self.optional(value, Self.number32, orThrow: .device)
    case "SCHILY.devminor":
      deviceMinor = try Self.optional(value, Self.number32, orThrow: .device)
    default: break
    }
  }

  /// Takes one attribute, its name as written.
  ///
  /// GNU tar writes `=` and `%` in names as `%3D` and `%25`, but no container engine undoes that.
  /// An empty value is an attribute with an empty value.
  private mutating func takeXattr(
    name: ArraySlice<UInt8>, value: ArraySlice<UInt8>, limits: TarLimits
  ) throws(TarError.Defect) {
    guard !name.isEmpty, !name.contains(0) else { throw .malformed(.xattrs) }
    xattrSize += name.count + value.count
    guard name.count <= 255, xattrSize <= limits.xattrSize else { throw .tooLarge(.xattrs) }
    xattrs[Array(name)] = Array(value)
  }

  private static func suffix(
    of key: ArraySlice<UInt8>, after prefix: StaticString
  ) -> ArraySlice<UInt8>? {
    prefix.withUTF8Buffer { key.starts(with: $0) ? key.dropFirst($0.count) : nil }
  }

  private static func name(
    _ value: ArraySlice<UInt8>, _ field: TarError.Field
  ) throws(TarError.Defect) -> [UInt8]? {
    if value.contains(0) { throw .malformed(field) }
    return value.isEmpty ? nil : Array(value)
  }

  private static func optional<Value>(
    _ text: ArraySlice<UInt8>, _ parse: (ArraySlice<UInt8>) -> Value?,
    orThrow field: TarError.Field
  ) throws(TarError.Defect) -> Value? {
    if text.isEmpty { return nil }
    guard let value = parse(text) else { throw .malformed(field) }
    return value
  }

  private static func number32(_ text: ArraySlice<UInt8>) -> UInt32? {
    Numbers.decimal(text).flatMap { UInt32(exactly: $0) }
  }
}
