/// Reads a tar archive that is pushed into it and tells a ``TarSink`` what is inside.
///
/// The archive may be cut into pieces anywhere, down to single bytes: the events are the same. It
/// holds no content and its memory is bounded by ``TarLimits``. Read are v7, ustar (POSIX.1-1988),
/// PAX (POSIX.1-2001), old GNU, GNU and star archives, which may be mixed member by member. What
/// is ambiguous is decided as Go's archive/tar does, and with it every container engine:
///
/// - A header's checksum may be the unsigned or the signed sum.
/// - A GNU long name wins over a PAX path, a PAX record over the header's field, and of several
///   extended headers for one member the last.
/// - Global extended headers (`g`) and volume labels (`V`) are passed over.
/// - Only regular files have content; the size in the header of a link, directory, device or fifo
///   is ignored and no content follows.
/// - Contiguous files (`7`) and unknown types are regular files, as POSIX prescribes; a regular
///   file whose name ends in a slash is a directory, as old tars wrote them; GNU tar's list of a
///   directory's names (`D`) is a directory.
/// - The archive ends at two blocks of zeros, and what follows them is ignored, or where the
///   stream ends between members. A single block of zeros before more members is refused.
///
/// A parser is a value for one archive and one thread at a time. After an error it stays failed.
public struct TarParser: Sendable {
  /// What is done with the next bytes.
  enum State: Sendable {
    /// They are collected to a block of 512.
    case block(BlockRole)
    /// They are collected to the body of an extended header or long name, `remaining` bytes.
    case body(BodyRole)
    /// They are `remaining` bytes of content for the sink.
    case content
    /// They are `remaining` bytes that are passed over.
    case unwanted
    /// They fill the last block of a member: `padding` bytes.
    case padding
    /// They come after the end and mean nothing.
    case ended
  }

  /// What a block is.
  enum BlockRole: Sendable {
    case header
    case afterZeroBlock
    case oldSparseMap
    case textSparseMap
  }

  /// What a collected body is.
  enum BodyRole: Sendable {
    case extendedHeader
    case longName
    case longLink
  }

  let limits: TarLimits
  var state = State.block(.header)
  /// The block or body collected so far.
  var collected: [UInt8] = []
  /// Bytes that the current body, content or unwanted part still needs from the archive.
  var remaining: UInt64 = 0
  /// Bytes that then fill the last block.
  var padding = 0
  var pending = PendingHeaders()
  var cursor = ContentCursor()
  /// The sparse file whose map is being read, in place, so that a long map is not copied.
  var sparseEntry = TarEntry(path: [], kind: .regular)
  var oldMap = OldSparseMapReader()
  var textMap = TextSparseMapReader()
  private var headerOffset: UInt64 = 0
  private var failure: TarError?

  /// The number of bytes of the archive consumed so far, those skipped included.
  public private(set) var offset: UInt64 = 0

  /// Makes a parser at the start of an archive.
  public init(limits: TarLimits = TarLimits()) { self.limits = limits }

  /// Whether the archive's end marker has been read; whatever follows is ignored.
  public var hasEnded: Bool {
    if case .ended = state { true } else { false }
  }

  /// Takes the next bytes of the archive and hands what they complete to the sink.
  ///
  /// - Throws: ``TarError`` when the archive is refused, or what the sink throws.
  public mutating func consume<Sink: TarSink & ~Copyable>(
    _ bytes: RawSpan, into sink: inout Sink
  ) throws {
    try checkUsable()
    failure = TarError(.abandoned, offset: offset)
    do {
      try advance(bytes, into: &sink)
      failure = nil
    } catch let defect as TarError.Defect {
      let error = TarError(defect, offset: headerOffset)
      failure = error
      throw error
    }
  }

  /// Says that the archive has no more bytes.
  ///
  /// An archive without end marker, or without the padding of its last member, is accepted, so is
  /// one without any byte.
  public mutating func finish() throws(TarError) {
    try checkUsable()
    if let defect = defectAtEnd {
      let error = TarError(defect, offset: headerOffset)
      failure = error
      throw error
    }
    state = .ended
  }

  func checkUsable() throws(TarError) {
    if let failure { throw failure }
  }

  /// Goes to the next header, `count` bytes on.
  mutating func leaveOut(_ count: UInt64) {
    offset &+= count
    remaining = 0
    padding = 0
    cursor = ContentCursor()
    state = .block(.header)
  }

  private var defectAtEnd: TarError.Defect? {
    switch state {
    case .block(.header), .block(.afterZeroBlock):
      if !collected.allSatisfy({ $0 == 0 }) { return .truncated }
    case .padding, .ended: break
    case .block, .body, .content, .unwanted: return .truncated
    }
    return pending.isEmpty ? nil : .missingMember
  }
}

extension TarParser {
  private mutating func advance<Sink: TarSink & ~Copyable>(
    _ bytes: RawSpan, into sink: inout Sink
  ) throws {
    var rest = bytes
    while !rest.isEmpty {
      let taken: Int
      switch state {
      case .block(let role): taken = try collectBlock(rest, role, into: &sink)
      case .body(let role): taken = try collectBody(rest, role)
      case .content: taken = try passContent(rest, into: &sink)
      case .unwanted: taken = passOver(rest)
      case .padding: taken = passPadding(rest)
      case .ended: taken = rest.byteCount
      }
      offset &+= UInt64(taken)
      rest = rest.extracting(droppingFirst: taken)
    }
  }

  private mutating func collectBlock<Sink: TarSink & ~Copyable>(
    _ bytes: RawSpan, _ role: BlockRole, into sink: inout Sink
  ) throws -> Int {
    if collected.isEmpty, case .header = role { headerOffset = offset }
    let taken = collect(bytes, upTo: HeaderBlock.byteCount - collected.count)
    guard collected.count == HeaderBlock.byteCount else { return taken }
    let block = collected
    collected = []
    switch role {
    case .header: try takeHeader(block, into: &sink)
    case .afterZeroBlock:
      guard block.allSatisfy({ $0 == 0 }) else { throw TarError.Defect.loneZeroBlock }
      state = .ended
    case .oldSparseMap: try takeOldSparseMap(block, into: &sink)
    case .textSparseMap: try takeTextSparseMap(block, into: &sink)
    }
    return taken
  }

  private mutating func collectBody(
    _ bytes: RawSpan, _ role: BodyRole
  ) throws(TarError.Defect) -> Int {
    let taken = collect(bytes, upTo: Int(remaining))
    remaining -= UInt64(taken)
    if remaining == 0 { try takeBody(role) }
    return taken
  }

  private mutating func collect(_ bytes: RawSpan, upTo count: Int) -> Int {
    let part = bytes.extracting(first: count)
    part.withUnsafeBytes { collected.append(contentsOf: $0) }
    return part.byteCount
  }

  private mutating func passOver(_ bytes: RawSpan) -> Int {
    let taken = Int(min(remaining, UInt64(bytes.byteCount)))
    remaining -= UInt64(taken)
    if remaining == 0 { startPadding() }
    return taken
  }

  private mutating func passPadding(_ bytes: RawSpan) -> Int {
    let taken = min(padding, bytes.byteCount)
    padding -= taken
    if padding == 0 { state = .block(.header) }
    return taken
  }

  /// Goes to what follows a member's last byte.
  mutating func startPadding() {
    state = padding > 0 ? .padding : .block(.header)
  }

  /// Sets how many bytes follow the current header, before the filling of the last block.
  mutating func expect(_ count: UInt64) {
    remaining = count
    padding = Int((512 - count % 512) % 512)
  }
}
