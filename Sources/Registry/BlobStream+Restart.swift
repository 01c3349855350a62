internal import Failures
internal import OCI

extension BlobStream {
  /// The same blob from its beginning, where an error may be owed to wrong bytes that the network
  /// or a mirror delivered; nil where it is not, or where the blob was read twice already.
  ///
  /// Wrong bytes often break their reader long before the digest of the whole can show that they
  /// are wrong. So the rest of the stream is read first, and only what has another digest than
  /// promised is worth another attempt: there is one for each blob.
  ///
  /// - Parameter error: What ended the reading of this stream: the stream's own error, or one of
  ///   whoever reads its content.
  public func restarted(after error: any Error) async -> BlobStream? {
    guard let again, Self.isAboutContent(error), await mismatch() != nil else { return nil }
    return await again()
  }

  /// The error to tell of whoever ended the reading of this stream with one: that its bytes are
  /// other than promised, where they are, and else the same.
  public func cause(of error: any Error) async -> any Error {
    guard Self.isAboutContent(error) else { return error }
    return await mismatch() ?? error
  }

  /// Whether an error says that the bytes are not what they should be.
  private static func isAboutContent(_ error: any Error) -> Bool {
    // A sequence has a type of its own by the name of Failure.
    let code = Failures.Failure(presenting: error).code
    return code == .imageInvalid || code == .digestMismatch
  }

  /// Reads on to the end and says in what way the bytes are others than promised, if they are.
  private func mismatch() async -> OCIError? {
    do {
      while try await produce() != nil {}
      return nil
    } catch {
      switch error {
      case let error as OCIError: return error.isMismatch ? error : nil
      case RegistryError.content(let error): return error.isMismatch ? error : nil
      default: return nil
      }
    }
  }
}

extension OCIError {
  fileprivate var isMismatch: Bool {
    switch self {
    case .digestMismatch, .sizeMismatch: true
    default: false
    }
  }
}
