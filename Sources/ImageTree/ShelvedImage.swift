internal import AdditionalImageStore
internal import Store
internal import SystemPackage

/// An image of the catalog as a node has it: listed at once, its object read when first needed.
final class ShelvedImage: Sendable {
  let record: ImageRecord
  /// The image's number on this node, as node ids have it; see ``StoreNumbers``.
  let number: UInt32
  let listed: ListedImage
  private let object: ObjectSlot

  /// Takes an image from the catalog; nil for one without a listing, which no view can show.
  init?(
    _ record: ImageRecord, as number: UInt32, source: any ContentSource, memory: ObjectMemory
  ) {
    guard let text = record.attributes[ListedImage.attribute],
      let listed = ListedImage(attributeValue: text, names: record.names),
      listed.bigData.count <= ImageItem.dataLimit
    else { return nil }
    self.record = record
    self.number = number
    self.listed = listed
    object = ObjectSlot(record, from: source, in: memory)
  }

  /// The same image with the names a newer catalog gives it; what was read is kept.
  init?(_ record: ImageRecord, keeping old: ShelvedImage) {
    guard record.object == old.record.object,
      let text = record.attributes[ListedImage.attribute],
      let listed = ListedImage(attributeValue: text, names: record.names)
    else { return nil }
    self.record = record
    number = old.number
    self.listed = listed
    object = old.object
  }

  /// Whether everybody may see it.
  var isForEverybody: Bool { record.access.visibility == .world }

  /// What is done about its start.
  var start: (any ImageStart)? { object.start }

  /// The image with its object; see ``ObjectSlot/load()``.
  func load() throws(Errno) -> LoadedImage { try object.load() }
}
