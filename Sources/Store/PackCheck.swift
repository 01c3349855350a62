internal import Digests

/// A check of the blocks of one pack: checksums, decompression, digests of content and of pieces.
///
/// Thread-safe: several threads may check different blocks at once.
public struct PackCheck: Sendable {
  /// How many bytes are read at once, but for a block that is larger.
  public static let slabSize = 4 << 20

  /// The pack.
  public let pack: PackRecord
  private let reader: PackReader
  private let trailer: PackTrailer
  private let content: BlockContent
  /// The index of the first piece of each block, and the number of pieces.
  private let firstPieces: [Int]

  /// Opens a pack and reads its trailer.
  public init(_ pack: PackRecord, of store: Store) throws(StoreError) {
    self.pack = pack
    reader = try store.pack(pack.id)
    trailer = try reader.trailer()
    content = BlockContent(parameters: trailer.parameters)
    var first: [Int] = []
    var next = 0
    for block in trailer.blocks.indices {
      while next < trailer.pieces.count, Int(trailer.pieces[next].block) < block { next += 1 }
      first.append(next)
    }
    firstPieces = first + [trailer.pieces.count]
  }

  /// The number of bytes of all blocks as they are stored.
  public var byteCount: UInt64 { trailer.dataEnd - PackTrailer.firstOffset }

  /// The blocks, by their ordinals, in parts of about so many stored bytes.
  public func parts(ofBytes size: UInt64) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = 0
    var bytes: UInt64 = 0
    for (ordinal, block) in trailer.blocks.enumerated() {
      bytes += UInt64(block.record.storedSize.byteCount)
      guard bytes >= size else { continue }
      parts.append(start..<ordinal + 1)
      start = ordinal + 1
      bytes = 0
    }
    if start < trailer.blocks.count { parts.append(start..<trailer.blocks.count) }
    return parts
  }

  /// Checks some blocks.
  ///
  /// - Parameters:
  ///   - ordinals: The blocks' ordinals, which must be those of blocks of the pack.
  ///   - willRead: Called before so many bytes are read; it may wait, and stops the check with
  ///     false.
  /// - Returns: The problems found; nil when it was stopped.
  public func problems(
    of ordinals: Range<Int>, willRead: (Int) -> Bool = { _ in true }
  ) -> [Problem]? {
    var problems: [Problem] = []
    for slab in slabs(of: ordinals) {
      let start = trailer.blocks[slab.lowerBound].offset
      let last = trailer.blocks[slab.upperBound - 1]
      let count = Int(last.offset - start) + Int(last.record.storedSize.byteCount)
      guard willRead(count) else { return nil }
      let bytes = read(start, count)
      for ordinal in slab { problems += check(ordinal, in: bytes, from: start) }
    }
    return problems
  }

  private func slabs(of ordinals: Range<Int>) -> [Range<Int>] {
    var slabs: [Range<Int>] = []
    var start = ordinals.lowerBound
    var bytes = 0
    for ordinal in ordinals {
      let size = Int(trailer.blocks[ordinal].record.storedSize.byteCount)
      if ordinal > start, bytes + size > Self.slabSize {
        slabs.append(start..<ordinal)
        start = ordinal
        bytes = 0
      }
      bytes += size
    }
    if start < ordinals.upperBound { slabs.append(start..<ordinals.upperBound) }
    return slabs
  }

  /// Many blocks at once; nil when they cannot be read, and are then tried one by one.
  private func read(_ offset: UInt64, _ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    do throws(StoreError) {
      try reader.read(at: offset, into: &raw)
      return bytes
    } catch {
      return nil
    }
  }

  private func check(_ ordinal: Int, in slab: [UInt8]?, from start: UInt64) -> [Problem] {
    let block = trailer.blocks[ordinal]
    var stored: [UInt8] = []
    if let slab {
      let first = Int(block.offset - start)
      stored = Array(slab[first..<first + Int(block.record.storedSize.byteCount)])
    }
    do throws(StoreError) {
      if slab == nil || Checksum.of(stored.span.bytes) != block.record.checksum {
        stored = try reader.storedBytes(of: block.record, at: block.offset)
      }
      let bytes: [UInt8]
      do throws(FormatError) {
        bytes = try content.bytes(of: block.record, stored: stored)
      } catch {
        return [problem(error.description, block)]
      }
      let pieces = trailer.pieces[firstPieces[ordinal]..<firstPieces[ordinal + 1]]
      return pieces.allSatisfy { content.has($0.record, in: bytes) }
        ? [] : [problem("a piece of a block does not have its digest", block)]
    } catch {
      var problem = Problem(error, at: pack.path)
      problem.offset = block.offset
      return [problem]
    }
  }

  private func problem(_ text: String, _ block: PackTrailer.Block) -> Problem {
    Problem(.damaged, pack.path, text, offset: block.offset)
  }
}
