internal import Store

/// What `list` and `inspect` say of an image, as JSON.
struct ImageSummary: Encodable {
  let name: String?
  let names: [String]
  let id: String
  let digests: [String]
  let size: UInt64
  let created: String
  let imported: String
  let access: ImageAccess
  /// Whether a collector keeps it without a name.
  let pinned: Bool
  /// The store's directory, where several were looked at.
  let store: String?

  init(_ record: ImageRecord, name: String? = nil, store: String? = nil) {
    self.name = name ?? record.names.first
    names = record.names
    access = record.access
    pinned = record.isPinned
    self.store = store
    id = record.id
    digests = record.digests
    size = record.logicalSize
    created = Output.time(record.created)
    imported = Output.time(record.imported)
  }
}
