internal import Digests
public import Store

/// Gets the stored bytes of blocks: from their pack, or else from the first source that has them.
///
/// Thread-safe.
public struct BlockFinder: Sendable {
  /// What came of looking for a block.
  struct Outcome {
    /// Its stored bytes, which have its checksum; nil when nobody has them.
    var bytes: [UInt8]?
    /// Whether its own pack does not have it as it should be; not when it could not be read.
    var isDamaged: Bool
    /// Whether the bytes are not from its own pack.
    var isHealed: Bool
  }

  private let sources: [any BlockSource]
  /// Nil where the store's compressor cannot write: content is of no use then.
  private let encoder: BlockEncoder?
  private let content: BlockContent

  /// Prepares to look for blocks of a store with these parameters.
  ///
  /// - Parameter sources: Where to look, in this order.
  public init(_ parameters: StoreParameters, sources: [any BlockSource]) {
    self.sources = sources
    encoder = try? BlockEncoder(parameters)
    content = BlockContent(parameters: parameters)
  }

  /// Looks for the stored bytes of a block.
  ///
  /// - Parameter pack: The block's pack; nil where it cannot be opened.
  func find(_ block: BlockRecord, at offset: UInt64, in pack: PackReader?) -> Outcome {
    var isDamaged = false
    do throws(StoreError) {
      if let pack {
        let bytes = try pack.storedBytes(of: block, at: offset)
        return Outcome(bytes: bytes, isDamaged: false, isHealed: false)
      }
    } catch {
      isDamaged = error.isDamage
    }
    for source in sources {
      guard let found = source.find(block), let bytes = stored(found, as: block) else { continue }
      return Outcome(bytes: bytes, isDamaged: isDamaged, isHealed: true)
    }
    return Outcome(bytes: nil, isDamaged: isDamaged, isHealed: false)
  }

  /// The stored bytes of a block, which are checked, from the first source that has them.
  public func bytes(of block: BlockRecord) -> [UInt8]? { find(block, at: 0, in: nil).bytes }

  /// What a source gave in the form that the block must have; nil when it is not the block.
  private func stored(_ found: FoundBlock, as block: BlockRecord) -> [UInt8]? {
    switch found {
    case .stored(let bytes): return isWhole(bytes, block) ? bytes : nil
    case .content(let plain):
      guard plain.count == Int(block.size), let encoder else { return nil }
      let bytes = encoder.encode(plain).bytes
      return isWhole(bytes, block) ? bytes : nil
    }
  }

  private func isWhole(_ bytes: [UInt8], _ block: BlockRecord) -> Bool {
    bytes.count == Int(block.storedSize.byteCount)
      && Checksum.of(bytes.span.bytes) == block.checksum
      && (try? content.bytes(of: block, stored: bytes)) != nil
  }
}

extension StoreError {
  /// Whether it says that an object is not as it should be, and not that it could not be read.
  var isDamage: Bool {
    switch self {
    case .missing, .damaged, .damagedBlock: true
    default: false
    }
  }
}
