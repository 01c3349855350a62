import Digests
import StoreSimulation

@testable import Store

/// Packs of many tiny blocks, each with one piece, without images.
enum SyntheticPack {
  static func digest(_ seed: Int) -> SHA256Digest {
    SHA256Digest.of(Array("content \(seed)".utf8).span.bytes)
  }

  static func pieceDigest(_ seed: Int) -> SHA256Digest {
    SHA256Digest.of(Array("ontent \(seed)".utf8).span.bytes)
  }

  /// Writes a pack with a block for each seed.
  static func seal(_ seeds: some Sequence<Int>, _ staging: StagingArea) throws -> SealedPack? {
    let writer = try PackWriter(staging)
    for seed in seeds {
      let content = Array("content \(seed)".utf8)
      let record = BlockRecord(
        content: digest(seed), size: UInt32(content.count), stored: content.span.bytes,
        isCompressed: false)
      let piece = PieceRecord(
        content: pieceDigest(seed), offset: 1, length: UInt32(content.count - 1))
      try writer.append(record, stored: content.span.bytes, pieces: [piece])
    }
    return try writer.seal()
  }

  /// Publishes a pack with its index run.
  @discardableResult
  static func publish(_ seeds: some Sequence<Int>, to store: Store) throws -> PackID {
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    guard let pack = try seal(seeds, staging) else { throw StoreError.packsGone([]) }
    let run = try staging.writeIndexRun(of: [pack])
    try store.publish("test", staging: staging) { (catalog) throws(StoreError) in
      let next = catalog.adding(packs: [pack.record])
      return run.map { next.adding(run: $0) } ?? next
    }
    return pack.record.id
  }
}

extension Store {
  /// Every row of every run that the newest catalog lists.
  func indexRows() throws -> (blocks: [StoredBlock], pieces: [IndexPieceRow]) {
    var blocks: [StoredBlock] = []
    var pieces: [IndexPieceRow] = []
    for record in try newest().indexRuns {
      let run = try indexRun(record)
      blocks += (0..<run.blockCount).map { number in
        let row = run.block(atRow: number)
        return row.stored(in: run.trailer.packs[Int(row.pack)])
      }
      pieces += (0..<run.pieceCount).map { run.piece(atRow: $0) }
    }
    return (blocks, pieces)
  }
}
