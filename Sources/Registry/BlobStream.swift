internal import OCI

/// The bytes of a blob, in pieces of any size, in order: read once, by one task at a time.
///
/// The end of the sequence is the end of the blob. A stream made with
/// ``verified(against:document:)`` throws instead of ending where the bytes are not what was
/// promised; nothing read from it may be published before it has ended.
public struct BlobStream: AsyncSequence, Sendable {
  /// A piece of the blob, never empty.
  public typealias Element = [UInt8]

  let produce: @Sendable () async throws -> [UInt8]?
  /// Reads the blob from its beginning; see ``restarted(after:)``.
  let again: (@Sendable () async -> BlobStream)?

  /// Makes a stream of what a closure returns until it returns nil.
  ///
  /// The closure is never called from two tasks at a time.
  public init(_ next: @escaping @Sendable () async throws -> [UInt8]?) {
    self.init(again: nil, next)
  }

  /// Makes a stream that can be read once more from its beginning.
  init(
    again: (@Sendable () async -> BlobStream)?,
    _ next: @escaping @Sendable () async throws -> [UInt8]?
  ) {
    produce = next
    self.again = again
  }

  /// Iterates; a second iterator goes on where the first one is.
  public func makeAsyncIterator() -> Iterator { Iterator(produce: produce) }

  /// Hands out the pieces.
  public struct Iterator: AsyncIteratorProtocol {
    let produce: @Sendable () async throws -> [UInt8]?

    /// The next piece; nil at the end.
    public mutating func next() async throws -> [UInt8]? { try await produce() }
  }
}

extension BlobStream {
  /// The same stream, each piece of which is shown to a closure first; a second reading after
  /// ``restarted(after:)`` is not.
  public func observed(_ observe: @escaping @Sendable ([UInt8]) -> Void) -> BlobStream {
    BlobStream(again: again) {
      let part = try await produce()
      if let part { observe(part) }
      return part
    }
  }

  /// All bytes, of which there may be no more than a limit; those of a stream that turn out to be
  /// wrong are read once more, where that can help.
  public func collect(limit: Int, document: String) async throws -> [UInt8] {
    do { return try await readAll(limit: limit, document: document) } catch {
      guard let again = await restarted(after: error) else { throw error }
      return try await again.readAll(limit: limit, document: document)
    }
  }

  private func readAll(limit: Int, document: String) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await part in self {
      guard bytes.count + part.count <= limit else {
        throw OCIError.tooLarge(
          document: document, size: UInt64(bytes.count + part.count), limit: UInt64(limit))
      }
      bytes += part
    }
    return bytes
  }
}
