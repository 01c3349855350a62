public import FileTree

/// What the name of a whiteout entry asks for (OCI image specification, layer.md, "Whiteouts").
///
/// A whiteout is known by its last component alone, whatever the type of its tar entry.
public enum Whiteout: Hashable, Sendable {
  /// `.wh.NAME`: remove NAME from the layers below.
  case removal(of: ByteString)
  /// `.wh..wh..opq`: remove everything in its directory from the layers below.
  case opaque
  /// Any other `.wh..wh.*`: an entry of AUFS's own, to be ignored.
  case ignored

  static let prefix = Array(".wh.".utf8)
  static let metadataPrefix = Array(".wh..wh.".utf8)
  static let opaqueName: ByteString = ".wh..wh..opq"

  /// Reads a whiteout from the last component of a path; nil for an ordinary name.
  ///
  /// The name to remove may be anything here, even empty; ``check(of:)`` refuses impossible ones.
  init?(name: ArraySlice<UInt8>) {
    guard name.starts(with: Whiteout.prefix) else { return nil }
    if name.starts(with: Whiteout.metadataPrefix) {
      self = name.elementsEqual(Whiteout.opaqueName.bytes) ? .opaque : .ignored
    } else {
      self = .removal(of: ByteString(name.dropFirst(Whiteout.prefix.count)))
    }
  }

  /// Refuses `.wh.` alone, `.wh..`, `.wh...`, and a name that no file could have.
  func check(of path: ByteString) throws(FlatteningError) {
    guard case .removal(let name) = self else { return }
    if name.isEmpty || name == "." || name == ".." { throw .invalidWhiteout(path: path) }
    try EntryRules.check(name: name, of: path)
  }
}

extension LayerEntry {
  /// The whiteout that this entry is; nil for an entry that brings something.
  ///
  /// What lies below a directory of AUFS's own (`.wh..wh.*`) is ignored like the directory.
  public var whiteout: Whiteout? {
    let bytes = path.bytes
    var start = 0
    while let slash = bytes[start...].firstIndex(of: UInt8(ascii: "/")) {
      if bytes[start..<slash].starts(with: Whiteout.metadataPrefix) { return .ignored }
      start = slash + 1
    }
    return Whiteout(name: bytes[start...])
  }
}
