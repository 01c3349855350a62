import Compression
import FileTree
import Glibc
import SquashFS

/// A tree with contents, and the data area of its root blob, made as an import would make it.
struct SampleImage {
  var tree: FileTree
  let parameters: VolumeParameters
  /// What each regular file is to contain, where tests compare it.
  private(set) var contents: [FileTree.NodeID: [UInt8]] = [:]
  private(set) var layout = BlobLayout()
  private let compressor: BlockCompressor
  /// The stored bytes and their offsets in the blob.
  private var segments: [(offset: UInt64, bytes: [UInt8])] = []
  private var next: UInt64
  private var openFragment: [UInt8] = []

  init(
    _ compressor: Compressor = .zstd, level: Int = 3, blockSize: UInt32 = 4096,
    root: Attributes = Attributes(mode: 0o755)
  ) throws {
    parameters = try VolumeParameters(
      blockSize: blockSize, compressor: compressor, level: level)
    self.compressor = try BlockCompressor(compressor, level: level)
    tree = FileTree(root: root)
    next = parameters.dataStart
  }

  private var blockSize: Int { Int(parameters.blockSize) }

  /// Adds a file; blocks of zeros become holes, the end goes to a fragment block.
  @discardableResult
  mutating func addFile(
    _ name: ByteString, to directory: FileTree.NodeID? = nil, _ content: [UInt8],
    attributes: Attributes = Attributes(mode: 0o644), usesTail: Bool = true
  ) -> FileTree.NodeID {
    var file = LinkedFile(start: next)
    let whole = content.count / blockSize * blockSize
    for start in stride(from: 0, to: whole, by: blockSize) {
      file.blocks.append(store(Array(content[start..<start + blockSize])))
    }
    if content.count > whole {
      let rest = Array(content[whole...])
      if usesTail { file.tail = storeTail(rest) } else { file.blocks.append(store(rest)) }
    }
    let id = addFile(
      name, to: directory, size: UInt64(content.count), file, attributes: attributes)
    contents[id] = content
    return id
  }

  /// Adds a file whose content lies where the caller says.
  @discardableResult
  mutating func addFile(
    _ name: ByteString, to directory: FileTree.NodeID? = nil, size: UInt64, _ file: LinkedFile,
    attributes: Attributes = Attributes(mode: 0o644)
  ) -> FileTree.NodeID {
    let id = tree.add(
      name, to: directory ?? tree.root, attributes: attributes,
      kind: .regular(FileContent(size: size)))
    layout.files[id] = file
    return id
  }

  /// Adds a directory.
  mutating func addDirectory(
    _ name: ByteString, to directory: FileTree.NodeID? = nil,
    attributes: Attributes = Attributes(mode: 0o755)
  ) -> FileTree.NodeID {
    tree.add(name, to: directory ?? tree.root, attributes: attributes, kind: .directory)
  }

  /// Leaves bytes of the data area unused: what comes next lies so much later.
  mutating func skip(_ count: UInt64) { next += count }

  private mutating func store(_ block: [UInt8]) -> SizeWord {
    let isZero = block.withUnsafeBytes { bytes in
      // Equal to itself one byte on: all bytes are equal.
      guard let start = bytes.baseAddress, bytes[0] == 0 else { return false }
      return memcmp(start, start + 1, bytes.count - 1) == 0
    }
    if isZero { return .hole }
    return append(block)
  }

  private mutating func append(_ block: [UInt8]) -> SizeWord {
    let compressed = compressor.compress(block.span.bytes)
    let stored = compressed ?? block
    segments.append((next, stored))
    next += UInt64(stored.count)
    return SizeWord(storedSize: UInt32(stored.count), isCompressed: compressed != nil)
  }

  private mutating func storeTail(_ bytes: [UInt8]) -> TailPosition {
    if openFragment.count + bytes.count > blockSize { closeFragment() }
    let position = TailPosition(
      fragment: UInt32(layout.fragments.count), offset: UInt32(openFragment.count))
    openFragment += bytes
    return position
  }

  private mutating func closeFragment() {
    guard !openFragment.isEmpty else { return }
    let start = next
    layout.fragments.append(LinkedFragment(start: start, word: append(openFragment)))
    openFragment = []
  }

  /// Ends the data area and writes the metadata.
  mutating func link() throws -> Metadata {
    closeFragment()
    layout.dataSize = next - parameters.dataStart
    return try MetadataWriter.write(tree: tree, layout: layout, parameters: parameters)
  }

  /// The whole blob in memory; only for data areas that are small.
  mutating func blob() throws -> [UInt8] {
    let metadata = try link()
    var blob = metadata.head
    for segment in segments {
      blob += [UInt8](repeating: 0xEE, count: Int(segment.offset) - blob.count)
      blob += segment.bytes
    }
    blob += [UInt8](repeating: 0xEE, count: Int(next) - blob.count)
    blob += metadata.tail
    return blob
  }

  /// Writes the blob to a file, with file system holes where nothing is stored.
  mutating func write(to path: String) throws {
    let metadata = try link()
    let descriptor = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw ReaderShell.Failed(description: "create \(path)") }
    defer { close(descriptor) }
    for part in [(0, metadata.head)] + segments + [(next, metadata.tail)] {
      guard pwrite(descriptor, part.1, part.1.count, off_t(part.0)) == part.1.count else {
        throw ReaderShell.Failed(description: "write \(path)")
      }
    }
  }
}
