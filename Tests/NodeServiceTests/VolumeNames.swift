import SquashFS

/// The paths of a small volume's regular files.
enum VolumeNames {
  static func files(of volume: Volume) throws -> [(name: String, inode: UInt32)] {
    var found: [(String, UInt32)] = []
    var directories: [(InodePosition, String)] = [(volume.root, "")]
    while let (position, prefix) = directories.popLast() {
      let inode = try volume.inode(position)
      try volume.forEachEntry(in: inode) { entry, name in
        let path = prefix + name.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        if entry.type == .directory { directories.append((entry.inode, path + "/")) }
        if entry.type == .regular { found.append((path, entry.inode.rawValue)) }
        return true
      }
    }
    return found
  }
}
