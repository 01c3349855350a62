/// The user and group ids of a file system; inodes hold indices into it.
struct IDTable {
  /// The ids in the order of their first use.
  private(set) var ids: [UInt32] = []
  private var indices: [UInt32: UInt16] = [:]

  /// The index of an id, which is added when it is new.
  ///
  /// - Throws: `notRepresentable` for more ids than the superblock can count.
  mutating func index(of id: UInt32) throws(SquashFSError) -> UInt16 {
    if let index = indices[id] { return index }
    guard ids.count < Int(UInt16.max) else {
      throw .notRepresentable("more than \(UInt16.max) different owners and groups")
    }
    let index = UInt16(ids.count)
    ids.append(id)
    indices[id] = index
    return index
  }

  /// The table's bytes.
  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    for id in ids { bytes.appendLittleEndian(id) }
    return bytes
  }
}
