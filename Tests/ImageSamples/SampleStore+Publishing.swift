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
  ///
  /// - Parameter command: What a container of it runs.
  public func publish(
    _ names: [String], _ members: [SampleMember], command: [String] = [], in store: Store
  ) throws {
    let label = names.joined(separator: " ")
    var record = try publish(
      names, label: label, layers: [try layer(members)], command: command)
    let staging = try store.stage(purpose: "sample")
    defer { staging.finish() }
    var object = try object(of: record)
    let writer = try PackWriter(staging)
    let blocks = state.withLock { $0.blocks }
    for (ordinal, block) in object.blocks.enumerated() {
      guard let stored = blocks[block.record.content] else { continue }
      object.blocks[ordinal].offset = try writer.append(
        stored.record, stored: stored.bytes.span.bytes)
      object.blocks[ordinal].ordinal = UInt32(ordinal)
    }
    guard let sealed = try writer.seal() else { throw StoreError.packsGone([]) }
    object.packs = [sealed.record.id]
    record.object = try staging.write(object)
    let added = record
    try store.publish("add \(label)", staging: staging) { catalog throws(StoreError) in
      try catalog.adding(packs: [sealed.record]).adding(added, using: [sealed.record.id])
    }
  }
}
