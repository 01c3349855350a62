public import Store
internal import Synchronization

extension SampleStore {
  /// Publishes an image with one empty file in a real store, which needs no pack for it.
  ///
  /// Images of different names are different images.
  public func publish(_ names: [String], in store: Store) throws {
    let layer = try layer([SampleMember("empty", .file([]))])
    var record = try publish(names, label: names.joined(separator: " "), layers: [layer])
    let staging = try store.stage(purpose: "sample")
    defer { staging.finish() }
    var object = try object(of: record)
    object.packs = []
    record.object = try staging.write(object)
    let added = record
    try store.publish("add \(names)", staging: staging) { catalog throws(StoreError) in
      try catalog.adding(added, using: [])
    }
  }

  /// Publishes an image of one layer in a real store, with all content in one pack.
  public func publish(
    _ names: [String], _ members: [SampleMember], in store: Store
  ) throws {
    let layer = try layer(members)
    let staging = try store.stage(purpose: "sample")
    defer { staging.finish() }
    let writer = try PackWriter(staging)
    let blocks = state.withLock { Array($0.blocks) }
    var offsets: [UInt64] = []
    for (_, block) in blocks {
      offsets.append(try writer.append(block.record, stored: block.bytes.span.bytes))
    }
    guard let sealed = try writer.seal() else { throw StoreError.packsGone([]) }
    let pack = sealed.record
    state.withLock { state in
      for (index, (content, _)) in blocks.enumerated() {
        state.blocks[content]?.location = BlockLocation(
          pack: pack.id, offset: offsets[index], ordinal: UInt32(index))
      }
    }
    var record = try publish(names, label: names.joined(separator: " "), layers: [layer])
    record.object = try staging.write(try object(of: record))
    let added = record
    try store.publish("add \(names)", staging: staging) { catalog throws(StoreError) in
      try catalog.adding(packs: [pack]).adding(added, using: [pack.id])
    }
  }
}
