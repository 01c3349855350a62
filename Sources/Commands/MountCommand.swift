public import ArgumentParser
internal import FUSE
internal import Failures
internal import ImageTree
internal import Linux
internal import Logging
internal import NodeService
internal import SquashFS
internal import Store
internal import SystemPackage

/// `firn mount NAME DIR`.
public struct MountCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "mount", abstract: "Mount one image's root file system at a directory.",
    discussion: """
      Returns when the mount is usable; a process stays in the background until it is unmounted. \
      A path beginning with / or . is an ordinary SquashFS file. Mounted by root it is for all \
      users, otherwise for yourself.
      """)

  @OptionGroup var store: StoreOptions

  @Flag(help: "Stay in the foreground; SIGTERM unmounts.")
  var foreground = false

  @Flag(help: "Let other users in, where /etc/fuse.conf has user_allow_other.")
  var allowOther = false

  @Flag(help: "Give the kernel no pages that nobody has asked for yet.")
  var noPush = false

  @Flag(help: "Use no start bundle, and record nothing.")
  var noBundle = false

  @Argument(help: "The image: a name, an id or the beginning of one, or a digest; or a file.")
  var image: String

  @Argument(help: "The directory to mount at.")
  var dir: String

  /// Makes the command without values.
  public init() {}

  /// Mounts.
  public func run() throws {
    try Background.run(foreground: foreground) { ready in
      var server = MountServer(
        at: FilePath(dir), name: image, logger: Log.make(level: .warning))
      server.allowsOthers = allowOther
      server.pushesPages = !noPush
      server.version = VersionCommand.version
      let starts = StartService(
        noBundle ? .off : StartOptions(), logger: Log.make(level: .warning))
      defer { starts.end() }
      try server.run(
        try fileSystem(for: &server, starts),
        prepared: { starts.begin($0.notifier, at: $0.mountPoint) }, ready: ready)
    }
  }

  private func fileSystem(
    for server: inout MountServer, _ starts: StartService
  ) throws -> VolumeFileSystem {
    if SquashFSPath.isPath(image) {
      let file = try SquashFSFile(FilePath(image))
      return VolumeFileSystem(file.volume, content: file)
    }
    let opened = try OpenedImage(image, in: store, starts: starts)
    server.parts = { opened.parts }
    return VolumeFileSystem(opened.image.volume, content: opened.image, start: opened.start)
  }
}
