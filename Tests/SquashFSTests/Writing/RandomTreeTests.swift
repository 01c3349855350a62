import Compression
import FileTree
import SquashFS
import Testing

/// Numbers that are the same in every run with one seed.
private struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    // SplitMix64.
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &self) }
}

/// Grows trees that no person would think of.
private struct RandomTree {
  var dice: Dice
  var image: SampleImage
  var directories: [FileTree.NodeID]
  var others: [FileTree.NodeID] = []

  init(seed: UInt64) throws {
    dice = Dice(state: seed)
    let forms = Form.all.filter { $0.blockSize <= 65_536 }
    let form = forms[Int(seed) % forms.count]
    image = try SampleImage(form.compressor, level: form.level, blockSize: form.blockSize)
    directories = [image.tree.root]
    for _ in 0..<dice.roll(800) { grow() }
  }

  private mutating func grow() {
    let parent = directories[dice.roll(directories.count)]
    let name = name()
    guard image.tree.child(name, of: parent) == nil else { return }
    let attributes = attributes()
    switch dice.roll(10) {
    case 0, 1: directories.append(image.addDirectory(name, to: parent, attributes: attributes))
    case 2 where !others.isEmpty:
      image.tree.link(others[dice.roll(others.count)], as: name, in: parent)
    case 3: add(name, parent, attributes, .fifo)
    case 4: add(name, parent, attributes, .symbolicLink(self.name()))
    case 5:
      let number = DeviceNumber(major: UInt32(dice.roll(4096)), minor: UInt32(dice.roll(1 << 20)))
      add(
        name, parent, attributes,
        dice.roll(2) == 0 ? .blockDevice(number) : .characterDevice(number))
    default: addFile(name, parent, attributes)
    }
  }

  private mutating func add(
    _ name: ByteString, _ parent: FileTree.NodeID, _ attributes: Attributes,
    _ kind: FileTree.Kind
  ) {
    others.append(image.tree.add(name, to: parent, attributes: attributes, kind: kind))
  }

  private mutating func addFile(
    _ name: ByteString, _ parent: FileTree.NodeID, _ attributes: Attributes
  ) {
    var content: [UInt8] = []
    let block = Int(image.parameters.blockSize)
    for _ in 0..<dice.roll(4) {
      let count = dice.roll(2) == 0 ? block : dice.roll(block)
      content += dice.roll(3) == 0 ? [UInt8](repeating: 0, count: count) : Samples.text(count)
    }
    let usesTail = dice.roll(4) > 0
    others.append(
      image.addFile(name, to: parent, content, attributes: attributes, usesTail: usesTail))
  }

  private mutating func name() -> ByteString {
    let bytes = (0...dice.roll(dice.roll(10) == 0 ? 255 : 4)).map { _ in UInt8(1 + dice.roll(255)) }
    let name = ByteString(bytes.map { $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0 })
    return name == "." || name == ".." ? "dots" : name
  }

  private mutating func attributes() -> Attributes {
    let xattrs = ["user.a", "trusted.b", "security.c"].filter { _ in dice.roll(5) == 0 }.map {
      ExtendedAttribute(
        name: ByteString($0), value: Samples.noise(dice.roll(30), seed: UInt64(dice.roll(3))))
    }
    return Attributes(
      mode: UInt16(dice.roll(0o10000)), uid: UInt32(truncatingIfNeeded: dice.next() >> 60),
      gid: UInt32(truncatingIfNeeded: dice.next()), mtime: UInt32(truncatingIfNeeded: dice.next()),
      xattrs: xattrs)
  }
}

@Suite("Random trees")
struct RandomTreeTests {
  @Test("a random tree is found again, content too", arguments: UInt64(0)..<40)
  func roundTrip(_ seed: UInt64) throws {
    var random = try RandomTree(seed: seed)
    let blob = ArrayBlob(bytes: try random.image.blob())
    let volume = try Volume(blob)
    #expect(try volume.dump() == random.image.tree.dump())
    #expect(Int(volume.superblock.inodeCount) == random.image.tree.inodes.count)

    let reader = BlockReader(volume, blob)
    var pending = [(random.image.tree.root, try volume.inode(volume.root))]
    while let (id, inode) = pending.popLast() {
      if let content = random.image.contents[id] {
        let isEqual = try reader.content(of: inode) == content
        #expect(isEqual, "the content of inode \(inode.number)")
      }
      guard random.image.tree.isDirectory(id) else { continue }
      for (name, child) in try volume.children(of: inode) {
        pending.append((try #require(random.image.tree.child(ByteString(name), of: id)), child))
      }
    }
  }

  @Test("the same tree gives the same bytes again", arguments: [UInt64(3), 17])
  func deterministic(_ seed: UInt64) throws {
    var (first, second) = (try RandomTree(seed: seed), try RandomTree(seed: seed))
    let isEqual = try first.image.blob() == second.image.blob()
    #expect(isEqual)
  }
}
