extension JSONValue {
  /// The elements of a member that is a list in the documents of OCI and Docker.
  ///
  /// A list that is missing is empty, and so is `null`, which is how programs in Go write one.
  /// - Throws: ``OCIError/invalid(document:reason:)`` for anything else that is no list: another
  ///   program might see one there.
  func list(_ member: String, in document: String) throws(OCIError) -> [JSONValue] {
    switch self[member] {
    case nil, .null: return []
    case .array(let elements): return elements
    default: throw .invalid(document: document, reason: "its '\(member)' is no list")
    }
  }
}
