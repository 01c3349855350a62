internal import Linux
internal import Store
internal import Synchronization
internal import SystemPackage

/// The bytes of a bundle's file, read by several threads at once in few large reads.
///
/// No read is made twice. A shared file system that hangs holds up the reading threads and, for a
/// limited time, those who wait for what they read.
final class BundleChunks: Sendable {
  /// How many threads read.
  static let threads = 8
  /// The sizes of reads, of small files and of others.
  private static let sizes = (small: 1 << 20, large: 4 << 20)
  /// How long somebody waits for a part, in seconds.
  private static let patience: Double = 2

  let size: UInt64
  private let chunkSize: Int
  private let file: any StoreFile
  private let slots: [Flight<SharedBuffer, SystemError>]
  private let order: [Int]
  private let next = Atomic<Int>(0)

  /// - Parameter turn: Which of the first parts this node reads first: thousands of nodes that
  ///   start at once shall not all begin with the same server of the file system.
  init(_ file: any StoreFile, turn: Int) {
    self.file = file
    size = file.size
    let wave = UInt64(Self.threads * Self.sizes.large)
    chunkSize = size < wave ? Self.sizes.small : Self.sizes.large
    let count = Int((size + UInt64(chunkSize) - 1) / UInt64(chunkSize))
    slots = (0..<count).map { _ in Flight() }
    order = Self.order(count, turn: turn)
  }

  /// The last part first, as the table is there; the others from the beginning on, where those that
  /// are read at the same time begin at the node's turn.
  static func order(_ count: Int, turn: Int) -> [Int] {
    guard count > 1 else { return Array(0..<count) }
    let others = Array(0..<count - 1)
    var order = [count - 1]
    for start in stride(from: 0, to: others.count, by: threads) {
      let wave = others[start..<min(start + threads, others.count)]
      let split = wave.startIndex + turn % wave.count
      order += wave[split...] + wave[..<split]
    }
    return order
  }

  /// Begins to read, on threads of its own that have the calling thread's purpose.
  func start() {
    let reading = ThreadPurpose.handedOn { self.readAll() }
    for _ in 0..<min(Self.threads, slots.count) where (try? JoinableThread(reading)) == nil {
      readAll()
    }
  }

  private func readAll() {
    while true {
      let turn = next.add(1, ordering: .relaxed).oldValue
      guard turn < order.count else { return }
      read(order[turn])
    }
  }

  private func read(_ index: Int) {
    let offset = offset(of: index)
    let count = Int(min(UInt64(chunkSize), size - offset))
    let result = Result { () throws(SystemError) in
      let buffer = try SharedBuffer(capacity: count) { (span) throws(SystemError) in
        try file.read(at: offset, into: &span)
      }
      guard buffer.count == count else { throw SystemError("pread", nil, .ioError) }
      return buffer
    }
    slots[index].land(result)
  }

  /// Copies bytes of the file, once they are there.
  ///
  /// - Throws: What the read threw; `ETIMEDOUT` when it takes too long.
  func bytes(_ range: Range<UInt64>) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let index = Int(position / UInt64(chunkSize))
      let start = Int(position - UInt64(index) * UInt64(chunkSize))
      let end = min(chunkSize, start + Int(range.upperBound - position))
      try chunk(index).withBytes { span in
        span.extracting(start..<end).withUnsafeBytes { bytes.append(contentsOf: $0) }
      }
      position += UInt64(end - start)
    }
    return bytes
  }

  /// How many parts there are.
  var count: Int { slots.count }

  /// Where a part begins.
  func offset(of index: Int) -> UInt64 { UInt64(index) * UInt64(chunkSize) }

  /// A part, once it is there; throws as ``bytes(_:)`` does.
  func chunk(_ index: Int) throws(SystemError) -> SharedBuffer {
    guard let chunk = try slots[index].value(within: Self.patience) else {
      throw SystemError("pread", nil, .timedOut)
    }
    return chunk
  }
}
