public import ArgumentParser
internal import Failures
internal import Linux
internal import SystemPackage

/// `firn unmount DIR`.
public struct UnmountCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "unmount", abstract: "Unmount what firn mount or firn serve mounted.",
    discussion: """
      Who has files open may go on reading them; the server ends after the last. --store is taken \
      as by every command, and makes no difference.
      """)

  @OptionGroup var store: StoreOptions

  @Argument(help: "The directory that is mounted at.")
  var dir: String

  /// Makes the command without values.
  public init() {}

  /// Unmounts.
  public func run() throws {
    let path = try Mounts.resolve(FilePath(dir))
    guard let mount = try MountTable.current().top(at: path), mount.type == "fuse.firn" else {
      throw Failure(
        .mountPoint, "firn has mounted nothing at \(path)",
        nextStep: "See what is mounted: findmnt -t fuse.firn")
    }
    do throws(DetachError) {
      try Mounts.detach(path)
    } catch {
      throw Failure(.mountPoint, "\(path) could not be unmounted", cause: "\(error)")
    }
  }
}
