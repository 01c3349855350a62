/// The field of a partial response (RFC 9110, section 14.4).
enum ContentRange {
  /// Where the bytes of `bytes FIRST-LAST/SIZE` begin; nil where the field says anything else.
  static func start(_ field: String?) -> UInt64? {
    guard let field else { return nil }
    let parts = field.split(separator: " ")
    guard parts.count == 2, parts[0].lowercased() == "bytes" else { return nil }
    let bounds = parts[1].prefix { $0 != "/" }.split(separator: "-", maxSplits: 1)
    guard bounds.count == 2, let first = UInt64(bounds[0]), let last = UInt64(bounds[1]),
      first <= last
    else { return nil }
    return first
  }
}
