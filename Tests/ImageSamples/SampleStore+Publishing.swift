internal import Digests
public import Store
internal import Synchronization

extension SampleStore {
  /// Publishes an image with one empty file in a real store, which needs no pack for it.
  ///
  /// Images of different names are different images.
  public func publish(_ names: [String], in store: Store) throws {
    try publish(names, [SampleMember("empty", .file([]))], in: store)
  }

  /// Publishes an image in a real store, with a pack of its own for all its blocks.
  public func publish(_ names: [String], _ members: [SampleMember], in store: Store) throws {
    var record = try publish(
      names, label: names.joined(separator: " "), layers: [try layer(members)])
    let staging = try store.stage(purpose: "sample")
    defer { staging.finish() }
    var object = try object(of: record)
    let pack = try pack(of: &object, staging)
    record.object = try staging.write(object)
    let added = record
    try store.publish("add \(names)", staging: staging) { catalog throws(StoreError) in
      guard let pack else { return try catalog.adding(added, using: []) }
      return try catalog.adding(packs: [pack]).adding(added, using: [pack.id])
    }
  }

  /// Writes the blocks of an object into a pack, where the object then finds them.
  private func pack(
    of object: inout ImageObject, _ staging: StagingArea
  ) throws -> PackRecord? {
    object.packs = []
    guard !object.blocks.isEmpty else { return nil }
    let blocks = state.withLock { $0.blocks }
    let writer = try PackWriter(staging)
    for index in object.blocks.indices {
      guard let stored = blocks[object.blocks[index].record.content] else { continue }
      let offset = try writer.append(stored.record, stored: stored.bytes.span.bytes)
      (object.blocks[index].pack, object.blocks[index].offset) = (0, offset)
      object.blocks[index].ordinal = UInt32(index)
    }
    let sealed = try writer.seal()?.record
    object.packs = sealed.map { [$0.id] } ?? []
    return sealed
  }
}
