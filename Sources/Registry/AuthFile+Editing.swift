internal import OCI

/// What logging in and out changes; everything else in a file stays as it is.
extension AuthFile {
  /// The text of the file.
  var bytes: [UInt8] { json.indentedBytes }

  /// The program that keeps the credentials of a registry, if the file names one for it.
  func helper(for name: RegistryName) -> String? { json["credHelpers"]?[name.description]?.string }

  /// Whether the file itself has credentials for a registry.
  func hasCredentials(for name: RegistryName) -> Bool { !keys(of: name).isEmpty }

  /// Puts credentials in the place of those that the registry has under any of its names.
  mutating func store(user: String, password: String, for name: RegistryName) {
    remove(name)
    var auths = json["auths"] ?? .object([:])
    let auth = Base64.encode(Array("\(user):\(password)".utf8))
    auths[name.description] = ["auth": .string(auth)]
    json["auths"] = auths
  }

  /// Removes the credentials that a registry has under any of its names.
  mutating func remove(_ name: RegistryName) {
    var auths = json["auths"] ?? .object([:])
    for key in keys(of: name) { auths[key] = nil }
    json["auths"] = auths
  }

  /// Removes all credentials that the file itself has.
  mutating func removeAll() { json["auths"] = .object([:]) }

  private func keys(of name: RegistryName) -> [String] {
    (json["auths"]?.object ?? [:]).keys.filter { Self.normalized($0) == name.description }
  }
}
