internal import CIsal

/// gzip members (RFC 1952) one after the other, with header fields of every kind; CRC-32 and
/// length of each are checked.
final class GzipStream: StreamDecoding {
  private let context = IsalContext()
  private var header = GzipHeader()

  private(set) var isBetweenParts = false

  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> StreamStep {
    if isBetweenParts {
      guard !input.isEmpty else { return StreamStep(consumed: 0, produced: 0) }
      context.reset()
      header = GzipHeader()
      isBetweenParts = false
    }
    let headerSize = try header.take(input)
    guard header.isComplete else { return StreamStep(consumed: headerSize, produced: 0) }
    let rest = UnsafeRawBufferPointer(rebasing: input.dropFirst(headerSize))
    let step = try context.inflate(rest, into: output)
    isBetweenParts = step.is_done != 0
    return StreamStep(
      consumed: headerSize + Int(step.consumed), produced: Int(step.produced))
  }
}

/// One inflate state of ISA-L.
private final class IsalContext {
  private let state: UnsafeMutableRawPointer

  init() {
    guard let state = firn_inflate_new() else {
      preconditionFailure("out of memory for a gzip context")
    }
    self.state = state
  }

  /// Makes ready for another member, behind its header.
  func reset() {
    firn_inflate_reset(state)
  }

  func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CompressionError) -> firn_inflate_step {
    let longest = Int(Int32.max)
    let step = firn_inflate(
      state, input.baseAddress, UInt32(min(input.count, longest)), output.baseAddress,
      UInt32(min(output.count, longest)))
    guard step.status >= 0 else { throw .corrupt(format: "gzip") }
    return step
  }

  deinit {
    free(state)
  }
}
