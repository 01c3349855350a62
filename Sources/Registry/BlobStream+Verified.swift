public import OCI
internal import Synchronization

extension BlobStream {
  /// The same stream, which ends only if its bytes have the promised size and digest, and
  /// otherwise throws ``OCIError/sizeMismatch(document:expected:actual:)`` or
  /// ``OCIError/digestMismatch(document:expected:actual:)``.
  ///
  /// - Parameter document: What the bytes are, for messages, as in "layer 2".
  public func verified(against descriptor: Descriptor, document: String) -> BlobStream {
    let state = VerifiedBlob(descriptor, document: document)
    let source = self
    return BlobStream(again: again) {
      var iterator = source.makeAsyncIterator()
      guard let part = try await iterator.next() else {
        try state.finish()
        return nil
      }
      try state.update(part)
      return part
    }
  }
}

/// The verifier of a stream, shared between the calls of its closure.
private final class VerifiedBlob: Sendable {
  private struct State: ~Copyable {
    var verifier: BlobVerifier?
    var failure: OCIError?
  }

  private let state: Mutex<State>

  init(_ descriptor: Descriptor, document: String) {
    state = Mutex(State(verifier: BlobVerifier(descriptor, document: document)))
  }

  func update(_ part: [UInt8]) throws(OCIError) {
    try state.withLock { state throws(OCIError) in
      if let failure = state.failure { throw failure }
      do throws(OCIError) { try state.verifier?.update(part.span.bytes) } catch {
        state.failure = error
        state.verifier = nil
        throw error
      }
    }
  }

  /// Asking again after the end gives the same answer.
  func finish() throws(OCIError) {
    try state.withLock { state throws(OCIError) in
      if let failure = state.failure { throw failure }
      guard let verifier = state.verifier.take() else { return }
      do throws(OCIError) { try verifier.finish() } catch {
        state.failure = error
        throw error
      }
    }
  }
}
