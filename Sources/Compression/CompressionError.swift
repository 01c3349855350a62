public import Failures

/// Why bytes could not be decompressed, or a compressor not be made.
public enum CompressionError: Error, Equatable, Sendable {
  /// The bytes are not what the named format allows, or a checksum in them is wrong.
  case corrupt(format: String)
  /// The bytes end before the named format's data does.
  case truncated(format: String)
  /// The data is longer than the room for it, or than a stream's absolute limit, in bytes.
  case tooLarge(limit: UInt64)
  /// A stream grows more than this many times: probably made to fill memory or disk.
  case ratioExceeded(limit: UInt64)
  /// The bytes may be valid but need what the sentence names, which Firn does not offer.
  case unsupported(String)
  /// The compressor cannot be used for writing.
  case cannotCompress(Compressor)
  /// The compressor has no such level.
  case invalidLevel(Int, Compressor)
}

extension CompressionError: FailureConvertible {
  /// `image-invalid` for bytes, `usage` for a wish that cannot be fulfilled.
  public var failure: Failure {
    switch self {
    case .corrupt(let format):
      Failure(
        .imageInvalid, "the \(format) data is damaged",
        nextStep: "Fetch or make the data again")
    case .truncated(let format):
      Failure(
        .imageInvalid, "the \(format) data ends too early",
        nextStep: "Fetch or make the data again")
    case .tooLarge(let limit):
      Failure(
        .imageInvalid, "the data is longer than is allowed, \(Self.size(limit))",
        nextStep: "Raise the limit with --max-layer-size if you trust where the data comes from")
    case .ratioExceeded(let limit):
      Failure(
        .imageInvalid, "the data grows more than \(limit) times when decompressed",
        nextStep: "Raise the limit with --max-ratio if you trust where the data comes from")
    case .unsupported(let what):
      Failure(
        .imageInvalid, "the compressed data needs \(what)",
        nextStep: "Compress it again with usual settings")
    case .cannotCompress(let compressor):
      Failure(
        .usage, "Firn reads \(compressor) but does not write it",
        nextStep: "Choose one of zstd, lz4, gzip and xz")
    case .invalidLevel(let level, let compressor):
      Failure(
        .usage, "\(compressor) has no level \(level)", nextStep: Self.levelAdvice(compressor))
    }
  }

  /// A number of bytes as `--max-layer-size` takes it.
  private static func size(_ bytes: UInt64) -> String {
    let units: [(letter: String, shift: UInt64)] = [("T", 40), ("G", 30), ("M", 20), ("K", 10)]
    let unit = units.first { bytes > 0 && bytes % (1 << $0.shift) == 0 }
    return unit.map { "\(bytes >> $0.shift)\($0.letter)" } ?? "\(bytes) bytes"
  }

  private static func levelAdvice(_ compressor: Compressor) -> String {
    guard let levels = compressor.levels else { return "Give no level" }
    return "Give a level from \(levels.lowerBound) to \(levels.upperBound)"
  }
}

extension CompressionError: CustomStringConvertible {
  /// The failure on one line.
  public var description: String { failure.description }
}
