public import Digests

extension ImageConfig {
  /// The configuration of the same image with one layer.
  ///
  /// `rootfs.diff_ids` has one entry and `history` one that made a layer; every other field is
  /// kept, those of Docker too. Deterministic: equal configurations and diff IDs give equal
  /// bytes.
  ///
  /// - Parameter diffID: The digest of the one layer's tar.
  public func flattened(diffID: Digest) -> [UInt8] {
    var flat = json
    var rootfs = json["rootfs"] ?? .object([:])
    rootfs["diff_ids"] = .array([.string(diffID.description)])
    flat["rootfs"] = rootfs
    flat["history"] = .array([collapsedHistory])
    return flat.bytes
  }

  private var collapsedHistory: JSONValue {
    let count = diffIDs.count
    var entry: JSONValue = [
      "created_by": .string(
        "firn: \(count) \(count == 1 ? "layer" : "layers") flattened into one")
    ]
    if let time = created ?? history.compactMap(\.created).last { entry["created"] = .string(time) }
    return entry
  }
}
