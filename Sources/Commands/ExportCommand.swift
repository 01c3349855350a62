public import ArgumentParser
internal import FUSE
internal import Failures
internal import ImageTree
internal import Linux
internal import NodeService
internal import Store
internal import SystemPackage

/// `firn export NAME FILE`.
public struct ExportCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write an image's root file system as a SquashFS file.",
    discussion: """
      The same image gives the same bytes, whichever store of the same parameters it comes from. \
      The file appears under its name when it is complete; '-' is standard output.
      """)

  @OptionGroup var store: StoreOptions

  @Argument(help: "The image: a name, an id or the beginning of one, or a digest.")
  var image: String

  @Argument(help: "The file to write; replaced if it exists.")
  var file: String

  private static let partSize = 4 << 20

  /// Makes the command without values.
  public init() {}

  /// Writes the file.
  public func run() throws {
    let image = try OpenedImage(image, in: store).image
    if file == "-" {
      try copy(image) {
        StandardStream.output.write($0)
        try Program.requireOutput()
      }
    } else {
      try write(image, to: FilePath(file))
    }
  }

  private func write(_ image: LoadedImage, to name: FilePath) throws {
    let path = try Self.target(of: name)
    if let status = try? FileStatus(of: path), status.kind == .other {
      // A device or a pipe is written to, not replaced.
      let output = try OwnedDescriptor(opening: path, [.writeOnly])
      try copy(image) { try output.writeAll($0.span.bytes) }
      return try output.close()
    }
    let temporary = FilePath("\(path).firn-\(processIdentifier())")
    let output = try create(temporary, for: path)
    do {
      try copy(image) { try output.writeAll($0.span.bytes) }
      try output.synchronize()
      try output.close()
      try Paths.rename(temporary, to: path)
    } catch {
      try? Paths.unlink(temporary)
      throw error
    }
  }

  /// The file that a chain of symbolic links leads to: it is replaced, not the links.
  private static func target(of name: FilePath) throws(SystemError) -> FilePath {
    var path = name
    for _ in 0..<40 {
      guard let status = try? FileStatus(of: path, followingLinks: false),
        status.kind == .symbolicLink
      else { return path }
      path = path.removingLastComponent().pushing(try Paths.linkTarget(path))
    }
    throw SystemError("readlink", name, .tooManySymbolicLinkLevels)
  }

  /// Creates the file that becomes `path`, which is the one that errors name.
  private func create(
    _ temporary: FilePath, for path: FilePath
  ) throws(SystemError) -> OwnedDescriptor {
    do throws(SystemError) {
      return try OwnedDescriptor(opening: temporary, [.writeOnly, .create, .exclusive])
    } catch {
      throw SystemError(error.call, path, error.errno)
    }
  }

  private func copy(_ image: LoadedImage, to write: ([UInt8]) throws -> Void) throws {
    var position: UInt64 = 0
    while position < image.rootBlobSize {
      let part: [UInt8]
      do throws(Errno) {
        part = try image.readRootBlob(at: position, count: Self.partSize).copied()
      } catch {
        throw Failure.unreadableContent
      }
      try write(part)
      position += UInt64(part.count)
    }
  }
}
