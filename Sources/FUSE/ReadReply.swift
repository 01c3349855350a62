public import Linux

/// The bytes that answer a read: pieces of shared buffers and runs of zeros, in order.
///
/// Nothing is copied: the buffers are kept alive until the reply is with the kernel and are written
/// from where they lie. A reply of one piece needs no allocation. Fewer bytes than were asked for
/// mean the end of the file; bytes beyond the request are not sent.
public struct ReadReply: Sendable {
  enum Segment: Sendable {
    case bytes(SharedBuffer, offset: Int, count: Int)
    case zeros(Int)

    var count: Int {
      switch self {
      case .bytes(_, _, let count), .zeros(let count): count
      }
    }
  }

  private(set) var first: Segment?
  private(set) var rest: [Segment] = []
  /// The number of bytes so far.
  public private(set) var count = 0
  /// What is at hand besides.
  private(set) var offers: [OfferedBytes] = []

  /// An empty reply: the end of the file.
  public init() {}

  /// A reply of one piece of a buffer.
  public init(_ buffer: SharedBuffer, _ range: Range<Int>) { append(buffer, range) }

  /// Appends a piece of a buffer.
  ///
  /// - Precondition: the range lies within the buffer.
  public mutating func append(_ buffer: SharedBuffer, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= buffer.count, "outside the buffer")
    append(.bytes(buffer, offset: range.lowerBound, count: range.count))
  }

  /// Appends zeros, which take no memory.
  ///
  /// - Precondition: `count` is not negative.
  public mutating func appendZeros(_ count: Int) {
    precondition(count >= 0, "a negative count of zeros")
    append(.zeros(count))
  }

  /// Offers bytes of the file that nobody has asked for, but that are in memory: whole pages of
  /// them go to the kernel's page cache, if that can be done; see ``SessionOptions/pushLimit``.
  ///
  /// - Parameters:
  ///   - start: Where in the file they belong.
  ///   - reachesEnd: Whether the file ends with them.
  /// - Precondition: the range lies within the buffer.
  public mutating func offer(
    _ buffer: SharedBuffer, _ range: Range<Int>, at start: UInt64, reachesEnd: Bool
  ) {
    precondition(range.lowerBound >= 0 && range.upperBound <= buffer.count, "outside the buffer")
    let offer = OfferedBytes(buffer, range, at: start, reachesEnd: reachesEnd)
    if let offer { offers.append(offer) }
  }

  private mutating func append(_ segment: Segment) {
    guard segment.count > 0 else { return }
    count += segment.count
    if first == nil { first = segment } else { rest.append(segment) }
  }

  /// The number of pieces.
  var segmentCount: Int { first == nil ? 0 : rest.count + 1 }
}
