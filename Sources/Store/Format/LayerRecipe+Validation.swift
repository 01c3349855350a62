internal import FileTree

extension LayerRecipe {
  /// Throws unless every path is clean and every index, size and sum is possible, so that linking
  /// the recipe cannot trap.
  public func validate() throws(FormatError) {
    try parameters.validate()
    for block in blocks { try block.validate(blockSize: parameters.blockSize) }
    try FragmentTable.validate(
      fragments, blockSize: parameters.blockSize, blockCount: blocks.count,
      sizeOfBlock: { blocks[$0].size })
    for entry in entries {
      try Self.validate(path: entry.path)
      switch entry.kind {
      case .regular(let content): try validate(content)
      case .hardLink(let target): try Self.validate(path: target)
      default: break
      }
    }
  }

  private func validate(_ content: FileContent) throws(FormatError) {
    let blockSize = UInt64(parameters.blockSize)
    guard UInt64(content.blocks.count) == content.size / blockSize else {
      throw .invalid("a file does not have as many blocks as its size wants")
    }
    for index in content.blocks where index != FileContent.hole {
      guard Int(index) < blocks.count, UInt64(blocks[Int(index)].size) == blockSize else {
        throw .invalid("a file names no whole block")
      }
    }
    let rest = content.size % blockSize
    guard let tail = content.tail else {
      guard rest == 0 else { throw .invalid("a file lacks its tail end") }
      return
    }
    guard rest > 0, Int(tail.fragment) < fragments.count,
      UInt64(tail.offset) + rest <= UInt64(fragments[Int(tail.fragment)].size)
    else { throw .invalid("a tail end lies outside its fragment block") }
  }

  private static func validate(path: ByteString) throws(FormatError) {
    guard !path.isEmpty else { return }
    let slash = UInt8(ascii: "/")
    for part in path.bytes.split(separator: slash, omittingEmptySubsequences: false) {
      guard !part.isEmpty, !part.contains(0), !part.elementsEqual(".".utf8),
        !part.elementsEqual("..".utf8)
      else { throw .invalid("a path is not clean") }
    }
  }
}
