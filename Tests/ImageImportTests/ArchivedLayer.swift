import Digests
import ImageSamples
import Linux
import OCI
import SystemPackage
import Testing

@testable import Transports

/// A layer as a registry has it: a tar archive that tar(1) made, compressed or not.
struct ArchivedLayer {
  /// How it is compressed.
  enum Form: String, CaseIterable {
    case plain, gzip, zstd
  }

  let bytes: [UInt8]
  let diffID: Digest

  /// Archives files; those whose path has a slash lie in directories.
  init(_ files: [String: [UInt8]], form: Form = .plain) throws {
    let directory = try TemporaryDirectory()
    let tree = directory.path.appending("tree")
    try Paths.makeDirectory(tree)
    for (path, content) in files.sorted(by: { $0.key < $1.key }) {
      var parent = tree
      for name in path.split(separator: "/").dropLast() {
        parent = parent.appending(String(name))
        if (try? FileStatus(of: parent)) == nil { try Paths.makeDirectory(parent) }
      }
      try directory.write("tree/\(path)", content)
    }
    let archive = directory.path.appending("layer.tar")
    try Self.run(
      "tar",
      [
        "--sort=name", "--mtime=@1700000000", "--owner=0", "--group=0", "--numeric-owner",
        // Other tests change the umask, which is the process's.
        "--mode=u=rwX,go=rX", "-C", tree.string, "-cf", archive.string, ".",
      ])
    let plain = try readBytes(archive)
    diffID = .of(plain.span.bytes)
    switch form {
    case .plain: bytes = plain
    case .gzip:
      try Self.run("gzip", ["-n", archive.string])
      bytes = try readBytes(FilePath(archive.string + ".gz"))
    case .zstd:
      try Self.run("zstd", ["-q", archive.string, "-o", archive.string + ".zst"])
      bytes = try readBytes(FilePath(archive.string + ".zst"))
    }
  }

  /// Takes an archive as it is.
  init(tar: [UInt8]) {
    bytes = tar
    diffID = .of(tar.span.bytes)
  }

  private static func run(_ program: String, _ arguments: [String]) throws {
    let result = try ChildProcess(running: program, arguments)
    try #require(result.exitStatus == 0, "\(program): \(result.output)")
  }

  /// The layer as a manifest describes it.
  func described(at position: Int, diffID promised: Digest? = nil) -> ImageLayer {
    let descriptor = Descriptor(
      mediaType: .ociLayer, digest: .of(bytes.span.bytes), size: UInt64(bytes.count))
    return ImageLayer(descriptor: descriptor, diffID: promised ?? diffID, position: position)
  }
}
