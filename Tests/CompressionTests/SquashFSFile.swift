import Compression
import Testing

/// A SquashFS file with one file of exactly one block, as another program made it, and what it
/// shows of compression: no reader is needed for that.
struct SquashFSFile {
  private static let superblockSize = 96

  let bytes: [UInt8]

  /// Makes a file with `mksquashfs` or `gensquashfs`; the content is as long as a block.
  init(
    by tool: String, _ compressor: Compressor, content: [UInt8], blockSize: Int,
    options: String = ""
  ) throws {
    let workshop = try Workshop()
    try workshop.run("mkdir tree")
    try workshop.write("tree/file", content)
    switch tool {
    case "mksquashfs":
      let fixed = "-noappend -no-fragments -no-xattrs -no-sparse -processors 1 -quiet -no-progress"
      try workshop.run(
        "mksquashfs tree image -comp \(compressor) -b \(blockSize) \(fixed) \(options)")
    default:
      try workshop.run(
        "gensquashfs -q -c \(compressor) -b \(blockSize) -j 1 --pack-dir tree \(options) image")
    }
    bytes = try workshop.read("image")
    try #require(bytes.count > Self.superblockSize)
    try #require(number(at: 20, size: 2) == Int(compressor.rawValue))
  }

  /// The payload of the compressor options block; nil when there is none.
  var options: [UInt8]? {
    let hasOptions = number(at: 24, size: 2) & 0x0400 != 0
    guard hasOptions else { return nil }
    let count = number(at: Self.superblockSize, size: 2) & 0x7FFF
    return [UInt8](bytes[Self.superblockSize + 2..<Self.superblockSize + 2 + count])
  }

  /// All bytes before the inode table: the one data block.
  var data: [UInt8] {
    let start = Self.superblockSize + (options.map { 2 + $0.count } ?? 0)
    return [UInt8](bytes[start..<number(at: 64, size: 8)])
  }

  private func number(at offset: Int, size: Int) -> Int {
    (0..<size).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }
}
