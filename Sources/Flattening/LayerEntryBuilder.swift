public import FileTree
public import Tar

/// Turns the entries of a tar stream into layer entries: paths cleaned, attributes brought into
/// what SquashFS can hold, and what cannot be kept counted.
///
/// It does no input or output. A builder is a value for one layer and one task at a time.
public struct LayerEntryBuilder: Sendable {
  /// What was left out or changed so far.
  public internal(set) var report = FlatteningReport()

  /// Makes a builder for one layer.
  public init() {}

  /// Converts the header of one entry.
  ///
  /// A regular file comes back with its size and no blocks; the caller sets them when it has read
  /// the content. A whiteout is normalised: whatever its tar type, it is an empty regular file
  /// with mode 0, and content that comes with it is to be skipped.
  ///
  /// - Returns: The entry, or nil for one of AUFS's own (`.wh..wh.*`), whose content is to be
  ///   skipped.
  public mutating func entry(for tar: TarEntry) throws(FlatteningError) -> LayerEntry? {
    let path = ByteString(cleaning: tar.path)
    var entry = LayerEntry(
      path: path, attributes: Attributes(mode: 0), kind: .regular(FileContent(size: 0)))
    if let whiteout = entry.whiteout {
      if whiteout == .ignored {
        report.ignoredEntries += 1
        return nil
      }
      try whiteout.check(of: path)
      try check(path.components.dropLast(), of: path)
      return entry
    }
    try check(path.components[...], of: path)
    entry.kind = try kind(of: tar, at: path)
    if path.isEmpty, entry.kind != .directory { throw .rootNotDirectory }
    entry.attributes = try attributes(of: tar, at: path, kind: entry.kind)
    return entry
  }

  private func check(
    _ components: ArraySlice<ByteString>, of path: ByteString
  ) throws(FlatteningError) {
    guard components.count <= EntryRules.maximumDepth else { throw .tooDeep(path: path) }
    for name in components { try EntryRules.check(name: name, of: path) }
  }

  private func kind(
    of tar: TarEntry, at path: ByteString
  ) throws(FlatteningError) -> LayerEntry.Kind {
    switch tar.kind {
    case .regular: return .regular(FileContent(size: tar.size))
    case .directory: return .directory
    case .hardLink: return .hardLink(ByteString(cleaning: tar.linkPath))
    case .symbolicLink:
      let target = ByteString(tar.linkPath)
      try EntryRules.check(target: target, of: path)
      return .symbolicLink(target)
    case .characterDevice: return .characterDevice(try device(of: tar, at: path))
    case .blockDevice: return .blockDevice(try device(of: tar, at: path))
    case .fifo: return .fifo
    }
  }

  private func device(of tar: TarEntry, at path: ByteString) throws(FlatteningError) -> DeviceNumber
  {
    let number = DeviceNumber(major: tar.deviceMajor, minor: tar.deviceMinor)
    try EntryRules.check(device: number, of: path)
    return number
  }
}
