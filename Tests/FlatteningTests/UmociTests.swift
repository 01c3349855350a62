import FileTree
import Flattening
import Glibc
import Testing

extension Tag {
  /// Needs to be root: owners, device nodes and trusted attributes are made for real.
  @Tag static var root: Self
}

private let hasUmoci =
  geteuid() == 0 && hasProgram("umoci") && hasProgram("python3")

@Suite(
  "Random images against umoci",
  .tags(.root),
  .enabled(if: hasUmoci, "SKIPPED: needs root, umoci and python3 to unpack images for comparison"))
struct UmociTests {
  @Test("the flattened tree is what umoci unpacks", arguments: 0..<6)
  func sameTree(batch: UInt64) throws {
    let directory = try TemporaryDirectory()
    let seeds = (batch * 10)..<(batch * 10 + 10)
    let samples = try seeds.map { try Sample(seed: $0, in: directory) }
    let text = try run(
      ["python3", "-c", UnpackedTree.script] + samples.map(\.root), in: directory)
    let dumps = text.split(separator: "\n\n")
    try #require(dumps.count == samples.count)
    for (sample, dump) in zip(samples, dumps) {
      try sample.compare(with: dump.split(separator: "\n").map(String.init))
    }
  }
}

/// A random image, unpacked by umoci.
///
/// Every second one has an entry for each of its directories.
private struct Sample {
  let seed: UInt64
  let archives: [[UInt8]]
  let root: String

  init(seed: UInt64, in directory: TemporaryDirectory) throws {
    var random = SeededGenerator(seed: seed)
    let image = RandomImage(isComplete: seed.isMultiple(of: 2), using: &random)
    self.seed = seed
    let layout = "\(directory.path)/\(seed)"
    root = layout + "-root"
    archives = image.layers.map { layer in
      var writer = TarWriter()
      for member in layer { writer.append(member.tar, content: member.content) }
      return writer.finish()
    }
    try ImageLayoutWriter(directory: layout).write(layers: archives)
    _ = try run(["umoci", "raw", "unpack", "--image", layout + ":latest", root], in: directory)
  }

  func compare(with unpacked: [String]) throws {
    let layers = try archives.map { try MemberCollector.members(of: $0) }
    let tree = try flatten(layers.map { $0.compactMap(\.layerEntry) })
    let flattened = tree.dump { content throws(Never) in RandomMember.content(of: content) }
    #expect(flattened.count == unpacked.count, "seed \(seed)")
    for (ours, theirs) in zip(flattened, unpacked) {
      #expect(comparable(ours, "\(ours)") == comparable(ours, theirs), "seed \(seed)")
    }
  }

  /// The line; where directories have no entry, without what umoci then leaves to the moment:
  /// mode, group and time of a missing parent, and the time of the directory it is made in.
  private func comparable(_ ours: DumpLine, _ text: String) -> String {
    guard !seed.isMultiple(of: 2), case .inode(let inode) = ours.content,
      inode.mode & 0o170000 == 0o040000
    else { return text }
    var fields = text.split(separator: " ", omittingEmptySubsequences: false)
    for place in inode.mtime == 0 ? [1, 3, 5] : [5] where fields.count > place {
      fields[place] = "*"
    }
    return fields.joined(separator: " ")
  }
}
