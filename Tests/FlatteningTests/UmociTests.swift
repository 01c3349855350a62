import FileTree
import Flattening
import Glibc
import Tar
import Testing

extension Tag {
  /// Needs to be root: owners, device nodes and trusted attributes are made for real.
  @Tag static var root: Self
}

private let hasUmoci =
  geteuid() == 0 && hasProgram("umoci") && hasProgram("python3")

/// How many images are made up, ten to a batch; FIRN_UMOCI_SEEDS asks for another number.
private let batches =
  getenv("FIRN_UMOCI_SEEDS").flatMap { UInt64(String(cString: $0)) }.map { ($0 + 9) / 10 } ?? 6

@Suite(
  "Random images against umoci",
  .tags(.root),
  .enabled(if: hasUmoci, "SKIPPED: needs root, umoci and python3 to unpack images for comparison"))
struct UmociTests {
  @Test("the flattened tree is what umoci unpacks", arguments: 0..<batches)
  func sameTree(batch: UInt64) throws {
    let directory = try TemporaryDirectory()
    var images: [(seed: UInt64, image: ComparedImage)] = []
    for seed in (batch * 10)..<(batch * 10 + 10) {
      let layers = Self.layers(seed: seed)
      do {
        let image = try ComparedImage(
          layers, isComplete: seed.isMultiple(of: 2), at: "\(directory.path)/\(seed)",
          in: directory)
        images.append((seed, image))
      } catch { report(seed, in: directory) }
    }
    let unpacked = try ComparedImage.unpacked(images.map(\.image.root), in: directory)
    try #require(unpacked.count == images.count)
    for (sample, text) in zip(images, unpacked) {
      let isSame = (try? sample.image.differences(from: text).isEmpty) ?? false
      if !isSame { report(sample.seed, in: directory) }
    }
  }

  /// Every second image has an entry for each of its directories.
  private static func layers(seed: UInt64) -> [[RandomMember]] {
    var random = SeededGenerator(seed: seed)
    return RandomImage(isComplete: seed.isMultiple(of: 2), using: &random).layers
  }

  /// Makes an image smaller as long as it fails, and shows what is left.
  private func report(_ seed: UInt64, in directory: TemporaryDirectory) {
    let isComplete = seed.isMultiple(of: 2)
    let layers = ComparedImage.shrunk(Self.layers(seed: seed), isComplete: isComplete) {
      ComparedImage.difference($0, isComplete: isComplete, in: directory) != nil
    }
    let difference = ComparedImage.difference(layers, isComplete: isComplete, in: directory)
    let text = layers.enumerated().map { number, layer in
      "layer \(number + 1):\n" + layer.map { "  \($0)\n" }.joined()
    }
    Issue.record("seed \(seed)\n\(text.joined())\(difference ?? "differs only with other images")")
  }

  @Test("a failing image is shown with no member that could be spared")
  func shrinking() throws {
    let layers = Self.layers(seed: 4)
    let links = { (layers: [[RandomMember]]) in
      layers.joined().contains { $0.tar.kind == .hardLink && !$0.isWhiteout }
    }
    try #require(links(layers) && layers.joined().count > 10)
    let shrunk = ComparedImage.shrunk(layers, isComplete: true, stillFails: links)
    #expect(links(shrunk) && RandomImage.accepts(shrunk, isComplete: true))
    #expect(shrunk.joined().count <= 6, "\(shrunk)")
  }

  @Test("random images have everything in them that can go wrong")
  func coverage() {
    let images = (0..<60).map { Self.layers(seed: $0) }
    let members = images.joined().joined()
    let names = members.flatMap { $0.layerEntry?.path.components ?? [] }
    for dialect in TarWriter.Dialect.allCases {
      #expect(members.count { $0.dialect == dialect && $0.fits(dialect) } > 10, "\(dialect)")
    }
    #expect(members.count { $0.layerEntry?.whiteout == .opaque } > 10)
    #expect(members.count { $0.isWhiteout && $0.tar.kind == .hardLink } > 10)
    #expect(members.count { $0.tar.kind == .hardLink && !$0.isWhiteout } > 100)
    #expect(members.count { !$0.tar.xattrs.isEmpty } > 20)
    #expect(names.count { $0.count == 255 } > 10)
    #expect(names.count { $0 == "new\nline" } > 10)
    #expect(names.count { $0 == ".wh" } > 10)
    let pairs = images.reduce(into: Set<String>()) { $0.formUnion(Self.replacements($1)) }
    // Six kinds and hard links over each other, a directory over a directory is no replacement.
    #expect(pairs.count >= 40, "\(pairs.sorted())")
  }

  /// Which kinds of members follow each other under one name in an image.
  private static func replacements(_ layers: [[RandomMember]]) -> Set<String> {
    var kinds: [[UInt8]: TarEntry.Kind] = [:]
    var found: Set<String> = []
    for member in layers.joined() where !member.isWhiteout {
      guard let path = member.layerEntry?.path.bytes else { continue }
      if let old = kinds[path] { found.insert("\(member.tar.kind) over \(old)") }
      kinds[path] = member.tar.kind
    }
    return found
  }
}
