public import Failures
public import Linux
public import OCI
public import Registry
internal import SystemPackage
public import Tar

/// Why an image could not be read from where it is.
public enum TransportError: Error, Equatable, Sendable {
  /// A registry did not deliver.
  case registry(RegistryError)
  /// A document or blob is not what it should be.
  case content(OCIError)
  /// The operating system refused something.
  case system(SystemError)
  /// An archive is not a readable tar file.
  case archive(path: String, TarError)
  /// An archive is compressed as a whole, which allows no reading out of order.
  case compressedArchive(path: String, program: String)
  /// A directory or archive is not of the kind that the transport is for.
  case wrongKind(path: String, expected: String, reason: String)
  /// A file that a document names is missing, or is no file.
  case missing(path: String, member: String)
  /// A directory or archive has no image of that name.
  ///
  /// What was wanted is empty where any image would have done.
  case noSuchImage(path: String, wanted: String, available: [String])
  /// A directory or archive has several images and none was chosen.
  case ambiguous(path: String, available: [String])
  /// No directory of some that may be the graph root of a storage is one.
  case noStorage(paths: [String])
  /// Several images of a storage have ids that begin with the same digits.
  case ambiguousID(path: String, digits: String, available: [String])
  /// A layer of a storage cannot be put together as it was; layers are counted from 1.
  case storageLayer(Int, reason: String)
  /// A file of a storage is not what the layer was unpacked to; layers are counted from 1.
  case storageFile(layer: Int, reason: String)
  /// A file of a rootless storage belongs to another user of its user namespace.
  case storagePermission(SystemError)
  /// The name of a source has a transport that Firn does not have.
  case unknownTransport(String)
  /// The name of a source is a path without a transport; nil where nothing is there.
  case path(String, isDirectory: Bool?)
  /// policy.json(5) does not allow the image.
  case refused(String, by: String, reason: String)
  /// The name of a source does not say which registry is meant.
  case shortName(String)
  /// The name of a source lacks something.
  case malformedName(String, reason: String)

  /// Presents whatever the modules below threw.
  init(_ error: any Error) {
    switch error {
    case let error as TransportError: self = error
    case let error as RegistryError: self = .registry(error)
    case let error as OCIError: self = .content(error)
    case let error as SystemError: self = .system(error)
    case is CancellationError: self = .registry(.cancelled)
    default:
      self = .wrongKind(
        path: "the source", expected: "an image", reason: Failure(presenting: error).reason)
    }
  }
}

extension TransportError: FailureConvertible {
  /// The error as a sentence with what to do next.
  public var failure: Failure {
    switch self {
    case .registry(let error): error.failure
    case .content(let error): error.failure
    case .system(let error): Self.failure(of: error)
    case .archive(let path, let error):
      Failure(
        .imageInvalid, "the archive \(path) cannot be read", cause: error.failure.reason,
        nextStep: "Check that it is a complete tar archive")
    case .compressedArchive(let path, let program):
      Failure(
        .imageInvalid, "the archive \(path) is compressed as a whole",
        nextStep: "Decompress it with '\(program)', then run the command again")
    case .wrongKind(let path, let expected, let reason):
      Failure(
        .imageInvalid, "\(path) is not \(expected)", cause: reason,
        nextStep: "Check the path and the transport in front of it")
    case .missing(let path, let member):
      Failure(
        .imageInvalid, "\(path) has no file '\(member)', which the image needs",
        nextStep: "Ask whoever made it for a complete copy")
    case .noStorage, .storageLayer, .storageFile, .storagePermission: storageFailure
    default: nameFailure
    }
  }

  private var storageFailure: Failure {
    switch self {
    case .noStorage(let paths):
      Failure(
        .sourceNotFound, "there is no storage of podman at \(paths.joined(separator: " or "))",
        cause: "an image list below overlay-images or vfs-images was looked for",
        nextStep: "Name its graph root, containers-storage:[/path]NAME; "
          + "'podman info' shows it")
    case .storageLayer(let position, let reason):
      Failure(
        .imageInvalid, "layer \(position) cannot be read from the storage", cause: reason,
        nextStep: "Build or pull the image again, or push it to a registry and import that")
    case .storageFile(let layer, let reason):
      Failure(
        .digestMismatch, "layer \(layer) of the storage is not what it was", cause: reason,
        nextStep: "Build or pull the image again")
    case .storagePermission(let error):
      Failure(
        .permissionDenied, "a file of the storage belongs to another user of its namespace",
        cause: error.description, nextStep: "Run the command with 'podman unshare' in front")
    default: Failure(.internalError, "something unexpected happened in a transport")
    }
  }

  /// A path that is not there is a source without the image, whatever the system calls it.
  private static func failure(of error: SystemError) -> Failure {
    let isMissing = error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory
    guard isMissing, let path = error.path else { return error.failure }
    return Failure(
      .sourceNotFound, "there is no image at \(path)", cause: "\(error)",
      nextStep: "Check the spelling of the path")
  }

  private var nameFailure: Failure {
    switch self {
    case .noSuchImage(let path, "", _):
      Failure(
        .sourceNotFound, "\(path) has no image",
        nextStep: "Ask whoever made it for a complete copy")
    case .noSuchImage(let path, let wanted, let available):
      Failure(
        .sourceNotFound, "\(path) has no image '\(wanted)'",
        cause: available.isEmpty ? "its images have no names" : "it has \(list(available))",
        nextStep: "Check the spelling after the path")
    case .ambiguous(let path, let available):
      Failure(
        .usage, "\(path) has several images", cause: list(available),
        nextStep: "Choose one by adding ':' and its name to the path")
    case .ambiguousID(let path, let digits, let available):
      Failure(
        .usage, "several images of \(path) have ids that begin with '\(digits)'",
        cause: list(available), nextStep: "Give more digits")
    case .unknownTransport(let text): Self.failure(ofTransport: text)
    case .path(let text, let isDirectory): Self.failure(ofPath: text, isDirectory)
    case .shortName(let text):
      Failure(
        .usage, "'\(text)' does not say which registry is meant",
        nextStep: "Write docker://\(text) for Docker Hub, or put the registry's host in front")
    case .refused(let name, let file, let reason):
      Failure(
        .configuration, "\(file) does not allow images from \(name)", cause: reason,
        nextStep: "Take the image from another place, or ask the administrator")
    case .malformedName(let text, let reason):
      Failure(
        .usage, "'\(text)' does not name an image", cause: reason,
        nextStep: "See firn-import(1) for how images are named")
    default: Failure(.internalError, "something unexpected happened in a transport")
    }
  }

  private func list(_ names: [String]) -> String {
    let shown = names.prefix(10).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > 10 ? shown + " and \(names.count - 10) more" : shown
  }
}

extension TransportError: CustomStringConvertible {
  /// The failure on one line.
  public var description: String { failure.description }
}
