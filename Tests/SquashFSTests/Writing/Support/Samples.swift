import FileTree
import SquashFS

/// Contents and trees for tests of the writer.
enum Samples {
  /// Bytes that do not compress; equal seeds give equal bytes.
  static func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    var words: [UInt64] = []
    for _ in 0..<count / 8 + 1 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      words.append(state)
    }
    return words.withUnsafeBytes { Array($0.prefix(count)) }
  }

  /// Bytes that compress well.
  static func text(_ count: Int) -> [UInt8] {
    let line = Array("All work and no play makes Jack a dull boy.\n".utf8)
    var text: [UInt8] = []
    while text.count < count { text.append(contentsOf: text.isEmpty ? line : text) }
    text.removeSubrange(count...)
    return text
  }

  /// An attribute of the user namespace.
  static func user(_ name: String, _ value: String) -> ExtendedAttribute {
    ExtendedAttribute(name: ByteString("user.\(name)"), value: Array(value.utf8))
  }

  /// Adds one of everything: sizes around the block size, holes, each kind with and without
  /// extended attributes, links, modes, owners, times and names.
  static func fill(_ image: inout SampleImage) {
    addSizes(to: &image)
    addKinds(to: &image)
    addAttributes(to: &image)
    addNames(to: &image)
  }

  private static func addSizes(to image: inout SampleImage) {
    let block = Int(image.parameters.blockSize)
    let sizes = image.addDirectory("sizes")
    for count in [0, 1, block - 1, block, block + 1, 3 * block, 5 * block + 77] {
      image.addFile(ByteString("noise-\(count)"), to: sizes, noise(count, seed: UInt64(count)))
      image.addFile(ByteString("text-\(count)"), to: sizes, text(count))
      image.addFile(ByteString("block-end-\(count)"), to: sizes, text(count), usesTail: false)
    }
    let zeros = [UInt8](repeating: 0, count: 3 * block)
    image.addFile("all-zeros", to: sizes, zeros)
    image.addFile("all-zeros-and-end", to: sizes, zeros + [0, 0], usesTail: false)
    image.addFile("hole-first", to: sizes, zeros + text(block + 5))
    image.addFile("hole-last", to: sizes, noise(block) + zeros)
    image.addFile("hole-between", to: sizes, noise(2 * block) + zeros + noise(block + 1))
  }

  private static func addKinds(to image: inout SampleImage) {
    let kinds = image.addDirectory("kinds")
    let some = [user("some", "value"), user("other", "a value of more than eight bytes")]
    for (suffix, xattrs) in [("", []), ("-xattr", some)] {
      let fileLike = Attributes(mode: 0o640, uid: 7, gid: 8, mtime: 1_000_000_007, xattrs: xattrs)
      // Linux refuses the user namespace for other kinds.
      let trusted = xattrs.map {
        ExtendedAttribute(
          name: ByteString(Array("trusted".utf8) + $0.name.bytes.dropFirst(4)),
          value: $0.value)
      }
      let other = Attributes(mode: 0o600, uid: 9, gid: 9, mtime: 77, xattrs: trusted)
      var link = other
      link.mode = 0o777
      image.addFile(ByteString("file" + suffix), to: kinds, text(10), attributes: fileLike)
      let directory = image.addDirectory(
        ByteString("directory" + suffix), to: kinds, attributes: fileLike)
      image.addFile("inside", to: directory, noise(100))
      let nodes: [(String, Attributes, FileTree.Kind)] = [
        ("link", link, .symbolicLink("file")),
        ("null", other, .characterDevice(DeviceNumber(major: 1, minor: 3))),
        ("largest", other, .characterDevice(DeviceNumber(major: 4095, minor: 1_048_575))),
        ("disk", other, .blockDevice(DeviceNumber(major: 259, minor: 70_000))),
        ("fifo", other, .fifo),
      ]
      for (name, attributes, kind) in nodes {
        let id = image.tree.add(
          ByteString(name + suffix), to: kinds, attributes: attributes, kind: kind)
        image.tree.link(id, as: ByteString("again-" + name + suffix), in: kinds)
      }
    }
  }

  private static func addAttributes(to image: inout SampleImage) {
    let odd = image.addDirectory("odd", attributes: Attributes(mode: 0o1777, uid: 1, gid: 2))
    for mode: UInt16 in [0, 0o777, 0o4755, 0o2755, 0o6711] {
      image.addFile(
        ByteString("mode-" + String(mode, radix: 8)), to: odd, [],
        attributes: Attributes(mode: mode, uid: UInt32(mode), gid: 4_294_967_294))
    }
    for time: UInt32 in [0, 1, 2_147_483_648, .max] {
      image.addFile(
        ByteString("time-\(time)"), to: odd, [], attributes: Attributes(mode: 0o644, mtime: time))
    }
    let capability = ExtendedAttribute(
      name: "security.capability",
      value: [1, 0, 0, 2, 0, 4, 0, 0] + [UInt8](repeating: 0, count: 12))
    let several = [
      user("empty", ""), user("binary", "\u{0}\u{1}"),
      user("long", String(repeating: "x", count: 2500)),
      ExtendedAttribute(name: "trusted.overlay.opaque", value: [121]), capability,
    ]
    for number in 0..<3 {
      image.addFile(
        ByteString("xattrs-\(number)"), to: odd, text(5000),
        attributes: Attributes(mode: 0o644, xattrs: Array(several.dropLast(number))))
    }
  }

  private static func addNames(to image: inout SampleImage) {
    let names = image.addDirectory("names")
    let all: [ByteString] = [
      " ", "with space", "ü", "日本語", "...", "-", "new\nline", "UPPER", "upper", "a", "a.", "a/b",
      ByteString([0xFF, 0xFE]), ByteString([1]), ByteString([0x80]),
      ByteString(repeatElement(UInt8(ascii: "n"), count: 255)),
    ]
    for name in all where !name.bytes.contains(UInt8(ascii: "/")) {
      image.addFile(name, to: names, name.bytes)
    }
    let file = image.addFile("linked", to: names, noise(9000))
    image.tree.link(file, as: "linked-too", in: image.tree.root)
    image.tree.link(file, as: "a-first-name", in: image.tree.root)
    var deep = names
    for level in 0..<30 { deep = image.addDirectory(ByteString("level-\(level)"), to: deep) }
    image.tree.add(
      "longest-link", to: deep, attributes: Attributes(mode: 0o777),
      kind: .symbolicLink(ByteString(repeatElement(UInt8(ascii: "t"), count: 4095))))
  }
}
