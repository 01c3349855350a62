/// What an image asked of the shared file system in its first minute on a node.
public struct StartStatus: Codable, Hashable, Sendable {
  /// A name of the image, or its id; missing for whom the image is not.
  public var image: String?
  /// The directory of its store.
  public var store: String
  /// When its object was read for the first time, RFC 3339.
  public var time: String
  /// For how many seconds was counted so far, 60 at most.
  public var seconds: Double
  /// How many files were opened.
  public var opens: UInt64
  /// How often bytes were read.
  public var reads: UInt64
  /// How many bytes that were.
  public var readBytes: UInt64

  init(_ start: StartMeter, store: String, isNamed: Bool) {
    image = isNamed ? start.image : nil
    self.store = store
    time = Timestamp.text(start.time)
    seconds = start.age
    let cost = start.cost
    opens = cost.opens
    reads = cost.reads
    readBytes = cost.bytes
  }
}

/// What all starts have asked for together.
public struct StartTotals: Codable, Hashable, Sendable {
  /// How many there were.
  public var count: UInt64 = 0
  /// How many files were opened.
  public var opens: UInt64 = 0
  /// How often bytes were read.
  public var reads: UInt64 = 0
  /// How many bytes that were.
  public var readBytes: UInt64 = 0

  /// Describes that there were none.
  public init() {}

  /// Adds the starts of a store.
  mutating func add(_ count: Int, _ cost: StartCost) {
    self.count += UInt64(count)
    opens &+= cost.opens
    reads &+= cost.reads
    readBytes &+= cost.bytes
  }
}
