extension LustreLayout {
  private static let magicV1: UInt32 = 0x0BD1_0BD0
  private static let magicV3: UInt32 = 0x0BD3_0BD0
  private static let sizeV1 = 32
  private static let sizeV3 = 48

  /// The value of the attribute: 32 bytes, or 48 with a pool, in the host's byte order.
  ///
  /// Nil where it cannot be set: a stripe size that is no multiple of ``stripeUnit``, a pool's name
  /// that is empty, too long or has a zero byte.
  public var encoded: [UInt8]? {
    guard stripeSize.isMultiple(of: Self.stripeUnit) else { return nil }
    let poolName = pool.map { Array($0.utf8) }
    if let poolName {
      guard (1...Self.longestPool).contains(poolName.count), !poolName.contains(0) else {
        return nil
      }
    }
    var bytes: [UInt8] = []
    bytes.append(hostOrder: poolName == nil ? Self.magicV1 : Self.magicV3)
    bytes.append(hostOrder: pattern)
    // The id of the object that has the layout, which only Lustre fills in.
    bytes += [UInt8](repeating: 0, count: 16)
    bytes.append(hostOrder: stripeSize)
    bytes.append(hostOrder: stripeCount)
    bytes.append(hostOrder: firstTarget)
    if let poolName {
      bytes += poolName
      bytes += [UInt8](repeating: 0, count: Self.sizeV3 - bytes.count)
    }
    return bytes
  }

  /// Reads the first 32 or 48 bytes; what follows are a file's objects, which do not matter here.
  fileprivate init?(decoding bytes: [UInt8], magic: UInt32) {
    guard let pattern = bytes.hostOrder(UInt32.self, at: 4),
      let size = bytes.hostOrder(UInt32.self, at: 24),
      let count = bytes.hostOrder(UInt16.self, at: 28),
      let first = bytes.hostOrder(UInt16.self, at: 30)
    else { return nil }
    self.init(stripeSize: size, stripeCount: count, firstTarget: first, pattern: pattern)
    guard magic == Self.magicV3 else { return }
    guard bytes.count >= Self.sizeV3 else { return nil }
    let name = bytes[Self.sizeV1..<Self.sizeV3].prefix { $0 != 0 }
    guard name.count <= Self.longestPool else { return nil }
    pool = name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
  }

  fileprivate static func isPlain(_ magic: UInt32) -> Bool { magic == magicV1 || magic == magicV3 }
}

extension LustreAttribute {
  private static let magicComposite: UInt32 = 0x0BD6_0BD0
  private static let headerSize = 32
  private static let entrySize = 48

  /// Reads the value of the attribute, whatever bytes it has.
  public init(decoding bytes: [UInt8]) {
    guard let magic = bytes.hostOrder(UInt32.self, at: 0) else {
      self = .malformed
      return
    }
    if LustreLayout.isPlain(magic) {
      self = LustreLayout(decoding: bytes, magic: magic).map { .plain($0) } ?? .malformed
    } else if magic == Self.magicComposite {
      self = Self.composite(bytes) ?? .malformed
    } else {
      self = .unknown(magic: magic)
    }
  }

  private static func composite(_ bytes: [UInt8]) -> LustreAttribute? {
    guard bytes.count >= headerSize, let size = bytes.hostOrder(UInt32.self, at: 4),
      let entries = bytes.hostOrder(UInt16.self, at: 14),
      let mirrors = bytes.hostOrder(UInt16.self, at: 16),
      Int(size) <= bytes.count, headerSize + Int(entries) * entrySize <= Int(size)
    else { return nil }
    // The field counts the mirrors beyond the first.
    return .composite(components: Int(entries), mirrors: Int(mirrors) + 1)
  }
}

extension [UInt8] {
  /// Adds an integer as it lies in memory.
  fileprivate mutating func append(hostOrder value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value) { append(contentsOf: $0) }
  }

  /// An integer as it lies in memory; nil where the bytes end before.
  fileprivate func hostOrder<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) -> Value?
  {
    let size = MemoryLayout<Value>.size
    guard offset <= count - size else { return nil }
    return withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: type) }
  }
}
