public import Linux
public import SystemPackage

extension RegistryError {
  /// A configuration file or directory that could not be read, whoever named it.
  public static func unreadable(_ file: FilePath, _ error: SystemError) -> RegistryError {
    let reason =
      switch error.errno {
      case _ where file.isEmpty: "an empty path names no file"
      case .noSuchFileOrDirectory: "it is not there"
      case .isDirectory: "it is a directory"
      case .notDirectory: "a part of the path is a file where a directory is wanted"
      case .permissionDenied, .notPermitted: "this user may not read it"
      default: "\(error.call): \(error.errno)"
      }
    return .configuration(file: file.isEmpty ? "''" : file.string, reason: reason)
  }
}
