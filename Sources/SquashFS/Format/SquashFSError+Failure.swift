public import Failures

extension SquashFSError: FailureConvertible {
  /// The error as a sentence with what to do next.
  public var failure: Failure {
    switch self {
    case .notSquashFS:
      Failure(
        .imageInvalid, "this is not a SquashFS file system", cause: "the magic number is wrong",
        nextStep: "Check that the right file was named")
    case .unsupportedVersion(let major, let minor):
      Failure(
        .imageInvalid, "SquashFS version \(major).\(minor) cannot be read",
        nextStep: "Make the image again with a tool that writes version 4.0")
    case .unsupportedCompressor(let number):
      Failure(
        .imageInvalid, "the SquashFS compressor number \(number) is unknown",
        nextStep: "Make the image again with gzip, lzo, lz4, xz or zstd")
    case .truncated(let needed, let available):
      Failure(
        .imageInvalid, "the SquashFS image is cut off",
        cause: "it needs \(needed) bytes and has \(available)", nextStep: Self.again)
    case .corrupt(let structure, let defect):
      Failure(
        .imageInvalid, "the SquashFS image is damaged",
        cause: "\(structure.rawValue) \(defect.rawValue)", nextStep: Self.again)
    case .tooLarge(let structure, let limit):
      Failure(
        .imageInvalid, "the SquashFS image asks for too much memory",
        cause: "\(structure.rawValue) is larger than \(limit) bytes",
        nextStep: "Raise the limit if the image is to be trusted")
    case .wrongKind(let needed):
      Failure(.imageInvalid, "the inode is no \(needed.rawValue)")
    case .unknownInode(let position):
      Failure(.imageInvalid, "the SquashFS image has no inode at position \(position.rawValue)")
    case .readFailed(let cause):
      Failure(
        .inputOutput, "the SquashFS image could not be read", cause: cause,
        nextStep: "Check the file system that holds it, then try again")
    case .notRepresentable(let what):
      Failure(
        .imageInvalid, "SquashFS cannot hold \(what)",
        nextStep: "Change the image so that it stays within SquashFS's limits")
    case .writingFailed(let step, let cause):
      Failure(.internalError, "SquashFS metadata could not be written: \(step)", cause: cause)
    }
  }

  private static let again = "Copy or make the image again"
}

extension SquashFSError: CustomStringConvertible {
  /// The error on one line.
  public var description: String { failure.description }
}
