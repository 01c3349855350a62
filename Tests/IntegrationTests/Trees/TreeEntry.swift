import Glibc

/// One path of a tree, with all that an image store must keep of it.
struct TreeEntry: Sendable, Equatable {
  enum Kind: String { case directory, regular, symlink, characterDevice, blockDevice, fifo, socket }

  /// The path below the tree's root in printable ASCII; empty for the root.
  var path: String
  var kind: Kind
  /// Permission bits with set-id and sticky bits.
  var mode: UInt32
  var uid: UInt32
  var gid: UInt32
  /// Bytes of content, or of the target of a symbolic link; 0 for others.
  var size: UInt64
  /// Seconds.
  var modified: Int64
  /// For device nodes.
  var device: (major: UInt32, minor: UInt32)?
  /// For what is no directory.
  var links: UInt64 = 1
  /// The first path, in byte order, of the same inode, when it has several.
  var firstLink: String?
  var xattrs: [String: [UInt8]] = [:]
  /// A checksum of the content, or the target.
  var content = ""

  static func == (left: TreeEntry, right: TreeEntry) -> Bool { left.line == right.line }

  /// The entry as one line, which names every field.
  var line: String {
    var words = [
      path.isEmpty ? "." : path, kind.rawValue, String(mode, radix: 8), "\(uid):\(gid)",
      "size=\(size)", "mtime=\(modified)",
    ]
    if let device { words.append("device=\(device.major):\(device.minor)") }
    if links != 1 { words.append("links=\(links)") }
    if let firstLink { words.append("same=\(firstLink)") }
    for (name, value) in xattrs.sorted(by: { $0.key < $1.key }) {
      words.append("\(name)=\(value.map { String($0, radix: 16) }.joined(separator: "."))")
    }
    if !content.isEmpty { words.append(content) }
    return words.joined(separator: " ")
  }

  /// Bytes as printable ASCII: space, backslash and what is not ASCII become `\xNN`.
  static func printable(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    let digits = Array("0123456789abcdef".utf8)
    for byte in bytes {
      if byte > 0x20 && byte < 0x7F && byte != 0x5C {
        text.append(byte)
      } else {
        text += [0x5C, 0x78, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
