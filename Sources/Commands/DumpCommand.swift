public import ArgumentParser
internal import Failures
internal import FileTree
internal import ImageTree
internal import NodeService
internal import Store
internal import SystemPackage

/// `firn dump NAME`.
public struct DumpCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "dump", abstract: "Print an image's root file system as text, one line per name.",
    discussion: """
      Fields: path, mode, uid, gid, size, mtime, links, target or device, SHA-256 of the content, \
      extended attributes; see firn-dump(5). Equal trees give equal text. A path beginning with \
      / or . is an ordinary SquashFS file.
      """)

  @OptionGroup var store: StoreOptions

  @Flag(help: "Read the content of every file and print its SHA-256.")
  var digests = false

  @Argument(help: "The image: a name, an id or the beginning of one, or a digest.")
  var image: String

  /// Makes the command without values.
  public init() {}

  /// Prints the lines.
  public func run() throws {
    let lines: [DumpLine]
    do {
      if SquashFSPath.isPath(image) {
        let file = try SquashFSFile(FilePath(image))
        lines = try VolumeDump.lines(of: file.volume, content: digests ? file : nil)
      } else {
        let image = try OpenedImage(image, in: store).image
        lines = try VolumeDump.lines(of: image.volume, content: digests ? image : nil)
      }
    } catch is Errno {
      throw Failure(
        .storeCorrupt, "the content of \(image) could not be read",
        nextStep: "Run firn fsck --data --repair, with --from for another source")
    }
    Output.lines(lines.lazy.map(\.description))
  }
}

/// Tells SquashFS files from images: names of images begin with a letter or digit.
enum SquashFSPath {
  /// Whether an argument is the path of a file.
  static func isPath(_ argument: String) -> Bool {
    argument.hasPrefix("/") || argument.hasPrefix(".")
  }
}
