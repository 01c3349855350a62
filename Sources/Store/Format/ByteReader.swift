internal import Digests

/// Takes a record's bytes apart; every method throws instead of reading past the end.
struct ByteReader {
  private let bytes: [UInt8]
  private let end: Int
  /// The offset of the next byte.
  private(set) var position: Int

  init(_ bytes: [UInt8], at position: Int = 0) {
    self.bytes = bytes
    self.position = position
    end = bytes.count
  }

  /// The number of bytes that are left.
  var remaining: Int { end - position }

  private mutating func take(_ count: Int) throws(FormatError) -> Int {
    guard count >= 0, count <= remaining else { throw .truncated }
    defer { position += count }
    return position
  }

  mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    _: Value.Type
  ) throws(FormatError) -> Value {
    let start = try take(MemoryLayout<Value>.size)
    return Value(
      littleEndian: bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: Value.self))
  }

  mutating func digest() throws(FormatError) -> SHA256Digest {
    let start = try take(SHA256Digest.byteCount)
    let span = bytes.span.bytes.extracting(start..<start + SHA256Digest.byteCount)
    guard let digest = SHA256Digest(span: span) else { throw .truncated }
    return digest
  }

  mutating func checksum() throws(FormatError) -> Checksum {
    let start = try take(Checksum.byteCount)
    let span = bytes.span.bytes.extracting(start..<start + Checksum.byteCount)
    guard let checksum = Checksum(span: span) else { throw .truncated }
    return checksum
  }

  mutating func bytes(_ count: Int) throws(FormatError) -> [UInt8] {
    let start = try take(count)
    return Array(bytes[start..<start + count])
  }

  /// A 32-bit count and as many bytes.
  mutating func counted() throws(FormatError) -> [UInt8] {
    try bytes(Int(try integer(UInt32.self)))
  }

  /// A 32-bit count of items that each take at least so many bytes.
  mutating func count(ofItemsOf minimum: Int) throws(FormatError) -> Int {
    let count = Int(try integer(UInt32.self))
    guard count <= remaining / max(minimum, 1) else { throw .truncated }
    return count
  }

  /// The number of items of a fixed size that the remaining bytes are.
  func itemCount(of size: Int) throws(FormatError) -> Int {
    guard remaining % size == 0 else { throw .invalid("a table does not have whole records") }
    return remaining / size
  }

  /// The remaining bytes as records of a fixed size.
  ///
  /// - Parameter read: Takes one record; called once for each.
  mutating func records<Record>(
    of size: Int, _ read: (inout ByteReader) throws(FormatError) -> Record
  ) throws(FormatError) -> [Record] {
    let count = try itemCount(of: size)
    var records: [Record] = []
    records.reserveCapacity(count)
    for _ in 0..<count { records.append(try read(&self)) }
    return records
  }

  /// Throws unless every byte was taken.
  func finish() throws(FormatError) {
    guard remaining == 0 else { throw .invalid("a section is longer than its records") }
  }
}
