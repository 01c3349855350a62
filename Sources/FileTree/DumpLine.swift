/// One line of the canonical text of a tree: one name and, at an inode's first name, the inode.
///
/// The grammar, in which every field is separated by exactly one space:
///
///     line      = path " " ( inode / "hardlink " path )
///     inode     = mode " " uid " " gid " " size " " mtime " " links " " payload " " digest *xattr
///     path      = "/" escaped             absolute; "/" alone is the root
///     mode      = 6 octal digits          type and permission bits, as in st_mode (inode(7))
///     uid, gid, size, mtime, links        decimal; mtime in seconds since the epoch
///     payload   = "-" / escaped / major ":" minor
///     digest    = "-" / hex
///     xattr     = " " escaped "=" escaped
///
/// - Lines are sorted by the unescaped bytes of their paths. The first name of an inode in that
///   order has the inode's line; each further name is `hardlink` and the first name.
/// - `size` is the length of a file's content or of a symbolic link's target, otherwise 0.
/// - `links` is the number of names; a directory has one.
/// - `payload` is a symbolic link's target or a device's number, otherwise `-`.
/// - `digest` is of a regular file's content where the dump was asked for it, otherwise `-`.
/// - Extended attributes are sorted by the bytes of their names.
/// - In `escaped`, the bytes 0x21 to 0x7e stand for themselves except `\`, and `=` in the name of
///   an extended attribute; each other byte is `\x` and two lower-case hex digits. A target that
///   is `-` alone is written `\x2d`.
///
/// So a dump is ASCII, can be cut into fields at single spaces, and two trees are equal (up to
/// content, without digests) exactly when their dumps are.
public struct DumpLine: Hashable, Sendable {
  /// What a name leads to.
  public enum Content: Hashable, Sendable {
    /// An inode, at its first name.
    case inode(DumpedInode)
    /// An inode whose first name is this path.
    case hardLink(ByteString)
  }

  /// The path without a leading slash; empty for the root.
  public var path: ByteString
  /// What the path leads to.
  public var content: Content

  /// Makes a line.
  public init(path: ByteString, content: Content) {
    self.path = path
    self.content = content
  }
}

extension DumpLine: CustomStringConvertible {
  /// The line without a line end.
  public var description: String {
    let name = "/" + path.escaped()
    switch content {
    case .hardLink(let first): return "\(name) hardlink /\(first.escaped())"
    case .inode(let inode): return "\(name) \(inode)"
    }
  }
}
