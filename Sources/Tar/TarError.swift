public import Failures

/// Why an archive was refused, and where.
public struct TarError: Error, Hashable, Sendable {
  /// What is wrong.
  public let defect: Defect
  /// The offset in the archive, in bytes, of the 512-byte block that starts the header concerned.
  public let offset: UInt64

  /// Makes an error.
  public init(_ defect: Defect, offset: UInt64) {
    self.defect = defect
    self.offset = offset
  }

  /// Everything that can be wrong with an archive.
  public enum Defect: Error, Hashable, Sendable {
    /// The archive ends inside a header or a member's content.
    case truncated
    /// A header's checksum is neither the unsigned nor the signed sum of its bytes.
    case checksum
    /// One block of zeros is followed by more than zeros: not the end, and not a member.
    case loneZeroBlock
    /// A field does not hold what its format prescribes.
    case malformed(Field)
    /// A field holds a number that cannot be.
    case outOfRange(Field)
    /// Something is longer or larger than ``TarLimits`` allows.
    case tooLarge(Field)
    /// A hard or symbolic link has no target.
    case missingLinkTarget
    /// A long name or extended header is not followed by the member it describes.
    case missingMember
    /// A regular file's name ends in a slash, which means directory, yet it has content.
    case directoryWithContent
    /// The sparse map overlaps itself, leaves the file, or does not fit the stored content.
    case sparseMapMismatch
    /// A sparse map of a version or dialect that is not known, or on what is no regular file.
    case unknownSparseFormat
    /// The archive is one volume of several (type `M`).
    case multiVolume
    /// A list of names in a format that GNU tar gave up in 1990 (type `N`).
    case obsoleteNameList
    /// The parser was used again after the sink had thrown.
    case abandoned
  }

  /// The parts of a header that errors name.
  public enum Field: String, Hashable, Sendable {
    /// The name.
    case path
    /// The target of a link.
    case linkPath = "link target"
    /// The permission bits.
    case mode
    /// The owner's number.
    case uid
    /// The group's number.
    case gid
    /// The size.
    case size
    /// The time of the last change.
    case mtime
    /// The number of a device node.
    case device = "device number"
    /// The extended attributes.
    case xattrs = "extended attributes"
    /// A PAX extended header.
    case extendedHeader = "extended header"
    /// A sparse map.
    case sparseMap = "sparse map"
  }
}

extension TarError: FailureConvertible {
  /// The error as `image-invalid`.
  public var failure: Failure {
    let source = "Get the image again from where it was built; if it fails again, rebuild it"
    let step =
      switch defect {
      case .truncated, .checksum, .loneZeroBlock: source
      case .multiVolume: "Join the volumes into one archive first"
      case .abandoned: "Please report this with the command that caused it"
      default: "Rebuild the image with another tool and report the one that wrote it"
      }
    return Failure(
      defect == .abandoned ? .internalError : .imageInvalid,
      "the tar archive is refused at byte \(offset)", cause: defect.description, nextStep: step)
  }
}

extension TarError: CustomStringConvertible {
  /// The error on one line.
  public var description: String { failure.description }
}

extension TarError.Defect: CustomStringConvertible {
  /// The defect as a clause.
  public var description: String {
    switch self {
    case .truncated: "the archive ends in the middle of a member"
    case .checksum: "a header's checksum is wrong"
    case .loneZeroBlock: "a single block of zeros is followed by something else"
    case .malformed(let field): "the \(field.rawValue) of a member is malformed"
    case .outOfRange(let field): "the \(field.rawValue) of a member is out of range"
    case .tooLarge(let field): "the \(field.rawValue) of a member exceeds the limit"
    case .missingLinkTarget: "a link has no target"
    case .missingMember: "an extended header is not followed by a member"
    case .directoryWithContent: "a member named as a directory has content"
    case .sparseMapMismatch: "a sparse map does not fit its file"
    case .unknownSparseFormat: "a sparse file is in a format that is not known"
    case .multiVolume: "the archive is one volume of several"
    case .obsoleteNameList: "a list of names is in an obsolete format"
    case .abandoned: "the parser was used after a failure"
    }
  }
}
