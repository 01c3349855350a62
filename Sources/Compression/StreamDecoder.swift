/// Decompresses a stream that arrives in pieces, within limits, in constant memory.
///
/// A push decoder: every piece of input is consumed at once, and what it gives is handed to the
/// sink in pieces of at most 128 KiB (a plain stream's own pieces are passed on as they are). Any
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

  /// Takes the next bytes of the stream and hands what they give to `sink`.
  ///
  /// The sink's bytes are valid during its call only.
  /// - Throws: `CompressionError`, or what the sink throws. After either the stream is lost, and
  ///   every further call throws `corrupt`.
  public mutating func decode(_ input: RawSpan, into sink: (RawSpan) throws -> Void) throws {
    guard !hasFailed else { throw CompressionError.corrupt(format: format.rawValue) }
    hasFailed = true
    try decodeAll(input, into: sink)
    hasFailed = false
  }

  /// Ends the stream.
  /// - Throws: `truncated` when a member or frame is unfinished or, unless the format is `plain`,
  ///   there was none; `corrupt` after an earlier error.
  public mutating func finish() throws(CompressionError) {
    guard !hasFailed else { throw .corrupt(format: format.rawValue) }
    guard engine?.isBetweenParts ?? true else { throw .truncated(format: format.rawValue) }
  }

  private mutating func decodeAll(
    _ input: RawSpan, into sink: (RawSpan) throws -> Void
  ) throws {
    guard let engine else {
      inputCount += UInt64(input.byteCount)
      return try deliver(input, into: sink)
    }
    guard input.byteCount > 0 else { return }
    var position = 0
    var produced = 0
    repeat {
      let rest = input.extracting(droppingFirst: position)
      let step = try rest.withUnsafeBytes { bytes throws(CompressionError) in
        try engine.step(bytes, into: output)
      }
      position += step.consumed
      inputCount += UInt64(step.consumed)
      produced = step.produced
      let isStuck = step.consumed == 0 && produced == 0 && position < input.byteCount
      guard !isStuck else { throw CompressionError.corrupt(format: format.rawValue) }
      try deliver(UnsafeRawBufferPointer(rebasing: output[..<produced]).bytes, into: sink)
      // A full output buffer may mean that there is more without more input.
    } while position < input.byteCount || produced == output.count
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
