import FileTree
import Glibc
import SquashFS

/// Small images in memory, for tests that damage them.
enum TinyImage {
  /// The compressors of mksquashfs.
  static let compressors = ["gzip", "lzo", "lz4", "xz", "zstd", "lzma"]

  /// Makes an image of a small tree with one of each kind and a few kilobytes of content.
  ///
  /// - Parameter options: What mksquashfs is told besides.
  static func make(_ options: String) throws -> [UInt8] {
    let scratch = try ScratchDirectory()
    try ReaderShell.run(script, in: scratch.path)
    try ReaderShell.run(
      "mksquashfs tree image -quiet -no-progress -processors 1 -all-root -all-time 1000 -nopad"
        + " -mkfs-time 1000 -pf pseudo \(options)", in: scratch.path)
    return try bytes(of: scratch.path + "/image")
  }

  /// The bytes of a file.
  static func bytes(of path: String) throws -> [UInt8] {
    let blob = try OpenFileBlob(path)
    var bytes = [UInt8](repeating: 0, count: Int(blob.size))
    var elements = bytes.mutableSpan
    var span = elements.mutableBytes
    try blob.read(at: 0, into: &span)
    return bytes
  }

  private static let script = """
    mkdir -p tree/a/b/c tree/empty tree/many
    echo hello > tree/hello
    ln tree/hello tree/a/hard
    { yes text | head -c 9000; head -c 300 /dev/urandom; } > tree/blocks
    yes text | head -c 4096 > tree/a/block
    { head -c 20000 /dev/zero; echo x; } > tree/sparse
    ln -s hello tree/link
    mkfifo tree/fifo
    i=0; while [ $i -lt 40 ]; do : > tree/many/f$i; i=$((i + 1)); done
    setfattr -n user.one -v value tree/hello
    setfattr -n user.large -v $(head -c 300 /dev/zero | tr '\\0' v) tree/hello tree/blocks
    setfattr -n user.on-directory -v value tree/a
    printf '%s\\n' 'null c 666 0 0 1 3' 'disk b 660 0 6 8 1' > pseudo
    """
}

/// An image whose metadata is not compressed, to be changed byte by byte.
///
/// Its tables are shorter than 8 KiB, so that each is one block behind a header of 2 bytes.
struct PatchableImage {
  var bytes: [UInt8]
  /// The volume before anything was changed.
  let volume: Volume

  init() throws {
    bytes = try TinyImage.make("-comp gzip -b 4K -noI -noX -noF -noD -no-duplicates")
    volume = try Volume(ArrayBlob(bytes: bytes))
  }

  /// Where in the file an inode starts.
  func inode(_ path: String) throws -> Int {
    Int(volume.superblock.inodeTable) + 2 + Int(try volume.find(path).position.rawValue)
  }

  /// Where in the file the directory entry with a name starts.
  func entry(_ name: String) throws -> Int {
    let start = Int(volume.superblock.directoryTable) + 2
    let wanted = Array(name.utf8)
    for offset in start..<bytes.count - wanted.count
    where Array(bytes[offset..<offset + wanted.count]) == wanted
      && bytes[offset - 2] == UInt8(wanted.count - 1)
    {
      return offset - 8
    }
    throw ReaderShell.Failed(description: "no entry \(name)")
  }

  /// Writes a little-endian number.
  mutating func put<Word: FixedWidthInteger>(_ word: Word, at offset: Int) {
    for index in 0..<Word.bitWidth / 8 {
      bytes[offset + index] = UInt8(truncatingIfNeeded: word >> Word(index * 8))
    }
  }

  /// Opens what is there now.
  func open(_ limits: VolumeLimits = VolumeLimits()) throws(SquashFSError) -> Volume {
    try Volume(ArrayBlob(bytes: bytes), limits: limits)
  }
}

extension Volume {
  /// Follows a path from the root; symbolic links are not followed.
  func find(_ path: String) throws -> Inode {
    var inode = try inode(root)
    for name in path.split(separator: "/") {
      guard let entry = try lookup(bytes: Array(name.utf8), in: inode) else {
        throw ReaderShell.Failed(description: "\(path) is not in the volume")
      }
      inode = try self.inode(entry.inode)
    }
    return inode
  }
}
