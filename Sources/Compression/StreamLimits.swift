/// What a stream may cost, so that a small hostile one cannot fill memory or disk.
public struct StreamLimits: Hashable, Sendable {
  /// The most that may come out, in bytes.
  public var maximumOutput: UInt64

  /// How many times as long as the input the output may be, once it is past ``freeOutput``.
  public var maximumRatio: UInt64

  /// Output up to this many bytes is never judged by ratio: real layers begin with long runs of
  /// zeros, and gzip reaches 1,032 on them.
  public var freeOutput: UInt64

  /// The largest zstd window, as a power of two: the memory that decoding may take.
  ///
  /// Clamped to what libzstd knows (10 to 31).
  public var zstdWindowLog: Int

  /// Makes limits; the defaults are 256 GiB, 500 times after the first GiB, and windows of
  /// 128 MiB, which is what zstd(1) accepts without `--long`.
  public init(
    maximumOutput: UInt64 = 256 << 30, maximumRatio: UInt64 = 500, freeOutput: UInt64 = 1 << 30,
    zstdWindowLog: Int = 27
  ) {
    self.maximumOutput = maximumOutput
    self.maximumRatio = maximumRatio
    self.freeOutput = freeOutput
    self.zstdWindowLog = zstdWindowLog
  }

  /// Throws unless this much output may come from this much input.
  func check(output: UInt64, input: UInt64) throws(CompressionError) {
    guard output <= maximumOutput else { throw .tooLarge(limit: maximumOutput) }
    guard output > freeOutput else { return }
    let (allowed, overflow) = input.multipliedReportingOverflow(by: maximumRatio)
    guard overflow || output <= allowed else { throw .ratioExceeded(limit: maximumRatio) }
  }
}
