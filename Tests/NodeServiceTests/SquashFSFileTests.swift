import FUSE
import ImageSamples
import ImageTree
import Linux
import NodeService
import SystemPackage
import Testing

private let hasMksquashfs = (try? ChildProcess(running: "mksquashfs", ["-version"])) != nil

@Suite(
  "An ordinary SquashFS file", .enabled(if: hasMksquashfs, "needs mksquashfs(1)"))
struct SquashFSFileTests {
  private static let files: [String: [UInt8]] = [
    "small": [1, 2, 3], "empty": [], "text": SampleBytes.text(300_000, seed: 5),
    "noise": SampleBytes.noise(200_000, seed: 6),
    "zeros": [UInt8](repeating: 0, count: 150_000),
  ]

  /// Makes a file of ``files`` with mksquashfs.
  private func make(_ directory: TemporaryDirectory, _ options: [String]) throws -> FilePath {
    let tree = directory.path.appending("tree")
    try Paths.makeDirectory(tree)
    for (name, content) in Self.files { try directory.write("tree/\(name)", content) }
    let file = directory.path.appending("file.squashfs")
    let result = try ChildProcess(
      running: "mksquashfs", [tree.string, file.string, "-no-progress"] + options)
    #expect(result.exitStatus == 0)
    return file
  }

  @Test(
    "gives every file's content",
    arguments: ["zstd", "gzip", "xz", "lz4", "lzo", "lzma"], [[], ["-noD", "-noF"]])
  func contents(compressor: String, options: [String]) throws {
    let directory = try TemporaryDirectory()
    let path = try make(directory, ["-comp", compressor] + options)
    let file = try SquashFSFile(path)
    let fileSystem = VolumeFileSystem(file.volume, content: file)
    for (name, content) in Self.files {
      let entry = try fileSystem.find(name, caller: TreeCaller.user)
      #expect(try fileSystem.content(of: entry, caller: TreeCaller.user) == content)
    }
    let lines = try VolumeDump.lines(of: file.volume, content: file)
    #expect(lines.count == Self.files.count + 1)
  }

  @Test("that was damaged is EIO or, for SquashFS has no checksums, wrong for the file that is")
  func damaged() throws {
    let directory = try TemporaryDirectory()
    let path = try make(directory, ["-comp", "zstd"])
    let file = try SquashFSFile(path)
    try OwnedDescriptor(opening: path, .readWrite)
      .writeAll([UInt8](repeating: 0xAA, count: 60).span.bytes, at: 120)
    let fileSystem = VolumeFileSystem(file.volume, content: file)
    var failures = 0
    for name in Self.files.keys {
      let entry = try fileSystem.find(name, caller: TreeCaller.user)
      let content = try? fileSystem.content(of: entry, caller: TreeCaller.user)
      if content != Self.files[name] { failures += 1 }
    }
    #expect(failures == 1)
  }

  @Test("that ends early, or is none, is refused or EIO")
  func truncated() throws {
    let directory = try TemporaryDirectory()
    let whole = try readBytes(try make(directory, ["-comp", "gzip"]))
    for count in [0, 50, 96, 4096, whole.count / 2, whole.count - 4096] {
      let path = try directory.write("cut", Array(whole.prefix(count)))
      #expect(throws: (any Error).self) { _ = try SquashFSFile(path) }
    }
    #expect(throws: (any Error).self) {
      _ = try SquashFSFile(directory.path.appending("not-there"))
    }
  }
}
