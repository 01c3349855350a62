/// A file that is read in pieces: what is not there is nil, never a trap.
struct FileBytes {
  /// How much is read of a file in one piece at most.
  static let mostAtOnce = 4 << 20
  /// No file of an image is larger, so that no sum of places in files is too large a number.
  private static let mostBytes: UInt64 = 1 << 52

  /// The size of the file in bytes.
  let size: UInt64
  private let read: (Range<UInt64>) -> [UInt8]?

  /// - Parameter read: Gives bytes of the file, all of them within it; nil where it cannot.
  init(size: UInt64, read: @escaping (Range<UInt64>) -> [UInt8]?) {
    self.size = min(size, Self.mostBytes)
    self.read = read
  }

  /// A file that is in memory.
  init(_ bytes: [UInt8]) {
    self.init(size: UInt64(bytes.count)) { Array(bytes[Int($0.lowerBound)..<Int($0.upperBound)]) }
  }

  /// Bytes of the file; nil unless all of them are there.
  func bytes(at offset: UInt64, count: UInt64) -> [UInt8]? {
    guard count <= Self.mostAtOnce, offset <= size, count <= size - offset else { return nil }
    guard count > 0 else { return [] }
    let bytes = read(offset..<offset + count)
    return bytes?.count == Int(count) ? bytes : nil
  }

  /// The first bytes of the file, fewer where it is smaller.
  func beginning(_ count: UInt64) -> [UInt8]? { bytes(at: 0, count: min(count, size)) }

  /// The text at an offset, up to the next zero byte.
  ///
  /// - Parameter limit: How long it may be, the zero not counted.
  func text(at offset: UInt64, limit: UInt64 = 4096) -> [UInt8]? {
    guard offset < size, let bytes = bytes(at: offset, count: min(limit + 1, size - offset)),
      let end = bytes.firstIndex(of: 0)
    else { return nil }
    return Array(bytes[..<end])
  }
}
