/// What extended headers and long names have said about the member that comes next.
struct PendingHeaders {
  var extended: ExtendedHeader?
  var longName: [UInt8]?
  var longLink: [UInt8]?

  var isEmpty: Bool { extended == nil && longName == nil && longLink == nil }
}

extension TarParser {
  /// Takes the block where a header or the end of the archive is due.
  mutating func takeHeader<Sink: TarSink & ~Copyable>(
    _ block: [UInt8], into sink: inout Sink
  ) throws {
    if block[0] == 0, block.allSatisfy({ $0 == 0 }) {
      guard pending.isEmpty else { throw TarError.Defect.missingMember }
      state = .block(.afterZeroBlock)
      return
    }
    let header = try HeaderBlock(checking: block)
    switch header.typeFlag {
    case UInt8(ascii: "x"), UInt8(ascii: "X"):
      try startBody(.extendedHeader, header, .extendedHeader)
    case UInt8(ascii: "L"): try startBody(.longName, header, .path)
    case UInt8(ascii: "K"): try startBody(.longLink, header, .linkPath)
    case UInt8(ascii: "g"), UInt8(ascii: "V"):
      expect(try header.size())
      startUnwanted()
    case UInt8(ascii: "M"): throw TarError.Defect.multiVolume
    case UInt8(ascii: "N"): throw TarError.Defect.obsoleteNameList
    default: try takeMember(header, into: &sink)
    }
  }

  private mutating func startUnwanted() {
    if remaining == 0 { startPadding() } else { state = .unwanted }
  }

  private mutating func startBody(
    _ role: BodyRole, _ header: HeaderBlock, _ field: TarError.Field
  ) throws(TarError.Defect) {
    let size = try header.size()
    guard size <= UInt64(limits.extendedHeaderSize) else { throw .tooLarge(field) }
    expect(size)
    if size == 0 { try takeBody(role) } else { state = .body(role) }
  }

  /// Takes the complete body of an extended header or long name.
  mutating func takeBody(_ role: BodyRole) throws(TarError.Defect) {
    let body = collected
    collected = []
    switch role {
    case .extendedHeader: pending.extended = try ExtendedHeader(parsing: body, limits: limits)
    case .longName: pending.longName = Array(body.prefix { $0 != 0 })
    case .longLink: pending.longLink = Array(body.prefix { $0 != 0 })
    }
    startPadding()
  }

  /// Starts a member: says so to the sink, unless its sparse map has to be read first.
  private mutating func takeMember<Sink: TarSink & ~Copyable>(
    _ header: HeaderBlock, into sink: inout Sink
  ) throws {
    let extended = pending.extended ?? ExtendedHeader()
    let sparse = try extended.sparse.resolve()
    var entry = try makeEntry(
      header, extended, sparseName: sparse == nil ? nil : extended.sparse.name)
    pending = PendingHeaders()
    let stored = try extended.size ?? header.size()
    guard entry.kind == .regular else {
      guard sparse == nil else { throw TarError.Defect.unknownSparseFormat }
      return try passMember(header, entry, stored: stored, into: &sink)
    }
    expect(stored)
    entry.size = stored
    if header.typeFlag == UInt8(ascii: "S") {
      return try startOldSparseMap(header, entry, into: &sink)
    }
    guard let sparse else { return try startContent(entry, sparse: nil, into: &sink) }
    entry.size = sparse.size
    switch sparse.map {
    case .listed(let regions): try startContent(entry, sparse: regions, into: &sink)
    case .inContent: startTextSparseMap(entry)
    }
  }

  /// Reports a member that has no content, and passes over a list of names behind a directory.
  private mutating func passMember<Sink: TarSink & ~Copyable>(
    _ header: HeaderBlock, _ entry: TarEntry, stored: UInt64, into sink: inout Sink
  ) throws {
    let hasList = header.typeFlag == UInt8(ascii: "D")
    if header.isRegular, stored > 0 { throw TarError.Defect.directoryWithContent }
    expect(hasList ? stored : 0)
    try sink.begin(entry)
    try sink.end()
    startUnwanted()
  }

  private func makeEntry(
    _ header: HeaderBlock, _ extended: ExtendedHeader, sparseName: [UInt8]?
  ) throws -> TarEntry {
    let path = pending.longName ?? sparseName ?? extended.path ?? header.path
    guard path.count <= limits.pathLength else { throw TarError.Defect.tooLarge(.path) }
    let kind = header.kind(named: path)
    var entry = TarEntry(
      path: path, kind: kind, mode: try header.mode(),
      uid: try extended.uid ?? header.uid(), gid: try extended.gid ?? header.gid(),
      mtime: try extended.mtime ?? header.mtime(), xattrs: extended.orderedXattrs,
      hasAccessControlList: extended.hasAccessControlList)
    switch kind {
    case .hardLink, .symbolicLink:
      entry.linkPath = pending.longLink ?? extended.linkPath ?? header.linkPath
      guard !entry.linkPath.isEmpty else { throw TarError.Defect.missingLinkTarget }
      guard entry.linkPath.count <= limits.pathLength else {
        throw TarError.Defect.tooLarge(.linkPath)
      }
    case .characterDevice, .blockDevice:
      entry.deviceMajor = try extended.deviceMajor ?? header.deviceMajor()
      entry.deviceMinor = try extended.deviceMinor ?? header.deviceMinor()
    case .regular, .directory, .fifo: break
    }
    return entry
  }
}

extension HeaderBlock {
  /// Whether the type says regular file, or is unknown and so means one.
  var isRegular: Bool { kindOfType == .regular }

  /// The kind that the type means for a member of this name.
  func kind(named path: [UInt8]) -> TarEntry.Kind {
    let kind = kindOfType
    return kind == .regular && path.last == UInt8(ascii: "/") ? .directory : kind
  }

  private var kindOfType: TarEntry.Kind {
    switch typeFlag {
    case UInt8(ascii: "1"): .hardLink
    case UInt8(ascii: "2"): .symbolicLink
    case UInt8(ascii: "3"): .characterDevice
    case UInt8(ascii: "4"): .blockDevice
    case UInt8(ascii: "5"), UInt8(ascii: "D"): .directory
    case UInt8(ascii: "6"): .fifo
    default: .regular
    }
  }
}
