/// Decompresses a stream that arrives in pieces, within limits, in constant memory.
///
/// A push decoder: what the input gives is handed to the sink in pieces of at most 128 KiB. Any
/// division of the input gives the same bytes. Truncated data, a wrong checksum and bytes that
/// are no further member or frame are errors. Owned by one task at a time, and may be handed to
/// another.
///
/// gzip is decoded by ISA-L, twice as fast as zlib (benchmarks/decoders.md); zstd by libzstd.
public struct StreamDecoder: ~Copyable, @unchecked Sendable {
  // Unchecked because of the output buffer, which nobody else knows.

  private static let outputSize = 128 << 10

  /// The format decoded.
  public let format: StreamFormat

  /// The bytes taken so far.
  public private(set) var inputCount: UInt64 = 0

  /// The bytes handed to the sink so far.
  public private(set) var outputCount: UInt64 = 0

  private let limits: StreamLimits
  private let engine: (any StreamDecoding)?
  private let output: UnsafeMutableRawBufferPointer
  private var mayHaveMore = false
  private var hasFailed = false

  /// Makes a decoder at the beginning of a stream.
  public init(_ format: StreamFormat, limits: StreamLimits = StreamLimits()) {
    self.format = format
    self.limits = limits
    switch format {
    case .plain: engine = nil
    case .gzip: engine = GzipStream()
    case .zstd: engine = ZstdStream(windowLog: limits.zstdWindowLog)
    }
    let size = format == .plain ? 0 : Self.outputSize
    output = .allocate(byteCount: size, alignment: 64)
  }

  /// What one step did.
  public struct Step: Hashable, Sendable {
    /// Bytes at the beginning of the input that are done with.
    public let consumed: Int
    /// Whether there may be more output without more input.
    public let mayHaveMore: Bool
  }

  /// Takes the next bytes of the stream and hands what they give to `sink`.
  ///
  /// The sink's bytes are valid during its call only.
  /// - Throws: `CompressionError`, or what the sink throws. After either the stream is lost, and
  ///   every further call throws `corrupt`.
  public mutating func decode(_ input: RawSpan, into sink: (RawSpan) throws -> Void) throws {
    var rest = input
    while true {
      let step = try step(rest, into: sink)
      rest = rest.extracting(droppingFirst: step.consumed)
      if rest.byteCount == 0 && !step.mayHaveMore { return }
    }
  }

  /// Takes some of the next bytes of the stream: as many as give 128 KiB at most, which go to
  /// `sink` in one piece if there are any.
  ///
  /// For whoever cannot hold what a small hostile input may give: the rest of the input is to be
  /// given again, until it is used up and there is no more without input.
  /// - Throws: As ``decode(_:into:)``.
  public mutating func step(
    _ input: RawSpan, into sink: (RawSpan) throws -> Void
  ) throws -> Step {
    guard !hasFailed else { throw CompressionError.corrupt(format: format.rawValue) }
    hasFailed = true
    let step = try decodeSome(input, into: sink)
    hasFailed = false
    return step
  }

  /// Ends the stream.
  /// - Throws: `truncated` when a member or frame is unfinished or, unless the format is `plain`,
  ///   there was none; `corrupt` after an earlier error.
  public mutating func finish() throws(CompressionError) {
    guard !hasFailed else { throw .corrupt(format: format.rawValue) }
    guard engine?.isBetweenParts ?? true else { throw .truncated(format: format.rawValue) }
  }

  private mutating func decodeSome(
    _ input: RawSpan, into sink: (RawSpan) throws -> Void
  ) throws -> Step {
    guard let engine else {
      let piece = input.extracting(first: Self.outputSize)
      inputCount += UInt64(piece.byteCount)
      try deliver(piece, into: sink)
      return Step(consumed: piece.byteCount, mayHaveMore: false)
    }
    guard input.byteCount > 0 || mayHaveMore else { return Step(consumed: 0, mayHaveMore: false) }
    let step = try input.withUnsafeBytes { bytes throws(CompressionError) in
      try engine.step(bytes, into: output)
    }
    inputCount += UInt64(step.consumed)
    let isStuck = step.consumed == 0 && step.produced == 0 && input.byteCount > 0
    guard !isStuck else { throw CompressionError.corrupt(format: format.rawValue) }
    try deliver(UnsafeRawBufferPointer(rebasing: output[..<step.produced]).bytes, into: sink)
    // A full output buffer may mean that there is more without more input.
    mayHaveMore = step.produced == output.count
    return Step(consumed: step.consumed, mayHaveMore: mayHaveMore)
  }

  private mutating func deliver(
    _ bytes: RawSpan, into sink: (RawSpan) throws -> Void
  ) throws {
    guard bytes.byteCount > 0 else { return }
    let total = outputCount + UInt64(bytes.byteCount)
    if engine == nil {
      try limits.check(output: total, input: total)
    } else {
      try limits.check(output: total, input: inputCount)
    }
    outputCount = total
    try sink(bytes)
  }

  deinit {
    output.deallocate()
  }
}

/// The decoder of one format, without limits.
protocol StreamDecoding: AnyObject {
  /// Whether everything begun is complete, and something was begun.
  var isBetweenParts: Bool { get }

  /// Decodes until input or output is used up, or sooner; both may be up to 2 GiB long, more is
  /// not looked at. Without input it gives what is still held back.
  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> StreamStep
}

/// What one step of a decoder did.
struct StreamStep {
  /// Bytes of the input that are done with.
  let consumed: Int
  /// Bytes at the beginning of the output that are new.
  let produced: Int
}
