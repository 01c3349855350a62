public import Store

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
}
