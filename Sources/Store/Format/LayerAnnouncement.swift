/// Says that a writer is fetching a layer, so that others may wait for it: the name of an empty file
/// in `staging/` (firn-store(5), "Staging").
///
/// It has the form of a temporary name, so that it goes with its writer.
struct LayerAnnouncement: Hashable, Sendable {
  /// Who is fetching.
  var token: WriterToken
  /// The number among the names of the writer's files.
  var number: Int
  /// The layer.
  var key: LayerKey

  init(token: WriterToken, number: Int, key: LayerKey) {
    self.token = token
    self.number = number
    self.key = key
  }

  /// Reads the name of a file in `staging/`; nil for a name of another form.
  init?(name: String) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4, let token = StagingOwner.token(ofTemporary: name),
      let number = Int(parts[2]), let key = LayerKey(name: String(parts[3]))
    else { return nil }
    self.init(token: token, number: number, key: key)
  }

  /// The name of the file.
  var name: String { ".\(token).\(number).\(key)" }
}
