public import FileTree

/// Merges the layers of an image, lowest first, into one tree (OCI image specification, layer.md,
/// "Applying Changesets").
///
/// It does no input or output, reads no clock, and the tree depends on nothing but the entries:
/// inodes are numbered in the order in which the layers bring them.
///
/// A flattener is a value for one task at a time. After an error it is in no defined state and is
/// to be thrown away.
public struct Flattener: Sendable {
  /// What was ignored and made up so far.
  public internal(set) var report = FlatteningReport()

  var tree = FileTree()
  let maximumInodes: Int
  /// Where paths of parents led, since a directory or a symbolic link was last taken away.
  var knownParents: [ByteString: FileTree.NodeID] = [:]
  var indexOffset = IndexOffset(block: 0, fragment: 0)

  /// Makes a flattener with an empty root directory: mode 0755, owned by 0:0, mtime 0.
  ///
  /// - Parameter maximumInodes: How many inodes all layers together may make, replaced and removed
  ///   ones included, before ``FlatteningError/tooManyInodes(limit:)`` is thrown.
  public init(maximumInodes: Int = EntryRules.defaultMaximumInodes) {
    self.maximumInodes = maximumInodes
  }

  /// Puts a layer on top of those applied before.
  ///
  /// First all whiteouts of the layer act on the tree below, then its other entries are added in
  /// their order: a whiteout never removes what its own layer brings, wherever it stands.
  ///
  /// - Parameters:
  ///   - entries: The layer, in the order of its tar stream, with cleaned paths.
  ///   - blockOffset: What to add to block indices, so that they point into the image's table;
  ///     holes stay holes.
  ///   - fragmentOffset: What to add to fragment indices.
  public mutating func apply(
    _ entries: [LayerEntry], blockOffset: UInt32 = 0, fragmentOffset: UInt32 = 0
  ) throws(FlatteningError) {
    indexOffset = IndexOffset(block: blockOffset, fragment: fragmentOffset)
    knownParents = [:]
    let whiteouts = entries.map(\.whiteout)
    try applyWhiteouts(of: entries, whiteouts)
    for (entry, whiteout) in zip(entries, whiteouts) where whiteout == nil {
      try place(entry)
    }
  }

  /// Gives the merged tree.
  ///
  /// - Throws: ``FlatteningError/tooManyOwners(count:)``.
  public consuming func finish() throws(FlatteningError) -> FileTree {
    let owners = tree.owners.count
    guard owners <= EntryRules.maximumOwners else { throw .tooManyOwners(count: owners) }
    return tree
  }
}
