internal import FileTree

extension TreeWriter {
  /// Writes the inode table and, aside, the directory table.
  ///
  /// - Returns: Where the root lies.
  mutating func writeInodes(
    of tree: FileTree, _ layout: BlobLayout
  ) throws(SquashFSError) -> InodeReference {
    for directory in order.directories {
      let parent = order.numbers[directory.node] ?? 0
      try directories.begin()
      var subdirectories = 0
      for entry in directory.entries {
        let number = order.numbers[entry.node] ?? 0
        let node = tree[entry.node]
        let reference = try write(node, entry.node, number: number, parent: parent, layout)
        try directories.add(
          entry.name, number: number, reference: reference,
          mode: UInt16(truncatingIfNeeded: node.kind.typeBits))
        if case .directory = node.kind { subdirectories += 1 }
      }
      listings[directory.node] = (try directories.end(), subdirectories)
    }
    let root = tree[tree.root]
    // What mksquashfs writes for the parent that the root has not.
    let reference = try write(
      root, tree.root, number: order.count, parent: order.count + 1, layout)
    try inodes.finish()
    return reference
  }

  /// Writes an inode unless it is written already under another name.
  private mutating func write(
    _ node: FileTree.Node, _ id: FileTree.NodeID, number: UInt32, parent: UInt32,
    _ layout: BlobLayout
  ) throws(SquashFSError) -> InodeReference {
    let index = Int(number) - 1
    if let reference = references[index] { return reference }
    var common = try common(node, number: number)
    let reference: InodeReference
    switch node.kind {
    case .directory:
      guard let directory = listings.removeValue(forKey: id) else {
        throw .writingFailed(step: "writing inodes", cause: "a directory comes before its entries")
      }
      common.links = try Self.links(2 + directory.subdirectories)
      reference = try inodes.writeDirectory(common, listing: directory.listing, parent: parent)
    case .regular(let content):
      reference = try writeFile(common, content.size, layout.files[id] ?? LinkedFile())
    case .symbolicLink(let target):
      reference = try inodes.writeSymbolicLink(common, target: target)
    case .characterDevice(let device):
      reference = try inodes.writeDevice(common, device, isBlock: false)
    case .blockDevice(let device):
      reference = try inodes.writeDevice(common, device, isBlock: true)
    case .fifo:
      reference = try inodes.writeFifo(common)
    }
    references[index] = reference
    return reference
  }

  private mutating func writeFile(
    _ common: InodeWriter.Common, _ size: UInt64, _ file: LinkedFile
  ) throws(SquashFSError) -> InodeReference {
    try rules.check(file, size: size)
    if file.tail == nil, !size.isMultiple(of: rules.blockSize) { allTailsAreFragments = false }
    return try inodes.writeFile(common, size: size, file: file, blockSize: rules.blockSize)
  }

  private mutating func common(
    _ node: FileTree.Node, number: UInt32
  ) throws(SquashFSError) -> InodeWriter.Common {
    let attributes = node.attributes
    return InodeWriter.Common(
      permissions: attributes.mode & 0o7777, uid: try ids.index(of: attributes.uid),
      gid: try ids.index(of: attributes.gid), mtime: attributes.mtime, number: number,
      links: try Self.links(node.names), xattrs: try xattrs.index(of: attributes.xattrs))
  }

  private static func links(_ count: Int) throws(SquashFSError) -> UInt32 {
    guard let links = UInt32(exactly: count) else {
      throw .notRepresentable("an inode with \(count) links")
    }
    return links
  }
}
