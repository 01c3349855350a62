internal import Compression
internal import OCI

/// Reads the tar-split data of a layer entry by entry: lines of JSON, compressed by gzip.
///
/// Memory is bounded by the longest line, which may have ``lineLimit`` bytes.
struct TarSplitReader: ~Copyable, Sendable {
  /// The longest line: tar-split keeps what follows the end of an archive as one entry.
  static let lineLimit = 16 << 20
  /// How much is decompressed at once; gzip gives at most a thousand times as much.
  private static let inputSize = 8 << 10

  private let file: StoredFile
  private var decoder: StreamDecoder
  private var position: UInt64 = 0
  private var buffer: [UInt8] = []
  private var lineStart = 0
  private var searched = 0
  private var hasEnded = false

  init(_ file: StoredFile) throws(TransportError) {
    self.file = file
    let prefix = try file.read(at: 0, count: StreamFormat.prefixLength)
    decoder = StreamDecoder(StreamFormat.detect(prefix.span.bytes))
  }

  /// The next entry; nil at the end.
  mutating func next() throws -> TarSplitEntry? {
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(buffer[lineStart..<end])
        lineStart = end + 1
        searched = lineStart
        if !line.isEmpty { return try TarSplitEntry(parsing: line) }
        continue
      }
      searched = buffer.count
      guard searched - lineStart <= Self.lineLimit else {
        throw TarSplitEntry.invalid("a line has more than \(Self.lineLimit) bytes")
      }
      if hasEnded {
        guard lineStart == buffer.count else { throw TarSplitEntry.invalid("it is cut off") }
        return nil
      }
      try fill()
    }
  }

  private mutating func fill() throws {
    buffer.removeFirst(lineStart)
    searched -= lineStart
    lineStart = 0
    let piece = try file.read(at: position, count: Self.inputSize)
    position += UInt64(piece.count)
    if piece.isEmpty {
      try decoder.finish()
      hasEnded = true
    } else {
      try decoder.decode(piece.span.bytes) { plain in
        plain.withUnsafeBytes { buffer.append(contentsOf: $0) }
      }
    }
  }
}
