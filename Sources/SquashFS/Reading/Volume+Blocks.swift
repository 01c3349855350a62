extension Volume {
  /// How many blocks a regular file has, not counting its tail.
  public func blockCount(of inode: Inode) throws(SquashFSError) -> Int {
    Int(try file(inode).blockCount)
  }

  /// Locates a block of a regular file.
  ///
  /// Block i holds the bytes from i × ``Superblock/blockSize`` on. Takes constant time, up to a
  /// binary search over the large files, whatever the file's size.
  /// - Throws: `wrongKind(needed: .regularFile)`, or `corrupt(.regularFile, .outOfBounds)` when the
  ///   file has no such block.
  public func block(_ number: Int, of inode: Inode) throws(SquashFSError) -> DataBlock {
    let file = try file(inode)
    guard number >= 0, number < file.blockCount else {
      throw .corrupt(.regularFile, .outOfBounds)
    }
    let offset = try offset(of: number, file)
    return locate(try word(number, of: file), at: offset, number, of: file)
  }

  /// Hands the blocks of a regular file to a closure, from a block on, until it returns false.
  ///
  /// Takes constant time a block. The closure gets the number of the block and where it is.
  /// - Throws: `wrongKind(needed: .regularFile)`.
  public func forEachBlock(
    of inode: Inode, from first: Int = 0, _ body: (Int, DataBlock) -> Bool
  ) throws(SquashFSError) {
    let file = try file(inode)
    guard first >= 0, first < file.blockCount else { return }
    var offset = try offset(of: first, file)
    for number in first..<Int(file.blockCount) {
      let word = try word(number, of: file)
      guard body(number, locate(word, at: offset, number, of: file)) else { return }
      offset += UInt64(word.storedSize)
    }
  }

  /// Where the end of a regular file lies that does not fill a block, if it is in a fragment block.
  public func tail(of inode: Inode) throws(SquashFSError) -> Tail? {
    let file = try file(inode)
    guard file.fragment != Inode.File.noFragment else { return nil }
    return Tail(
      fragment: file.fragment, offset: file.fragmentOffset,
      size: UInt32(file.size % UInt64(superblock.blockSize)))
  }

  /// Locates a fragment block; it is never a hole.
  ///
  /// - Throws: `corrupt(.fragmentTable, .outOfBounds)` when there is no such fragment block.
  public func fragment(_ number: UInt32) throws(SquashFSError) -> DataBlock {
    guard let fragments = tables.fragments, number < superblock.fragmentCount else {
      throw .corrupt(.fragmentTable, .outOfBounds)
    }
    let word = SizeWord(rawValue: try fragments.word32(Int(number) * 16 + 8))
    return .stored(
      StoredBlock(
        offset: try fragments.word64(Int(number) * 16), storedSize: word.storedSize,
        isCompressed: word.isCompressed, size: superblock.blockSize))
  }
}

extension Volume {
  private func file(_ inode: Inode) throws(SquashFSError) -> Inode.File {
    guard case .regular(let file) = inode.kind else { throw .wrongKind(needed: .regularFile) }
    return file
  }

  private func word(_ number: Int, of file: Inode.File) throws(SquashFSError) -> SizeWord {
    SizeWord(rawValue: try tables.inodes.table.word32(file.words + number * 4))
  }

  /// Where in the blob a block is stored, or would be if it were not a hole.
  private func offset(of number: Int, _ file: Inode.File) throws(SquashFSError) -> UInt64 {
    var (block, offset) = offsets.start(before: number, of: file)
    offset += file.blocksStart
    while block < number {
      offset += UInt64(try word(block, of: file).storedSize)
      block += 1
    }
    return offset
  }

  private func locate(
    _ word: SizeWord, at offset: UInt64, _ number: Int, of file: Inode.File
  ) -> DataBlock {
    let start = UInt64(number) * UInt64(superblock.blockSize)
    let size = UInt32(min(UInt64(superblock.blockSize), file.size - start))
    if word.isHole { return .hole(count: size) }
    return .stored(
      StoredBlock(
        offset: offset, storedSize: word.storedSize, isCompressed: word.isCompressed, size: size))
  }
}
