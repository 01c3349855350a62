/// How a name in a Firn store is spelt for Podman, which wants host, path and tag or digest.
public enum PodmanName {
  /// The full name: a name without a host gets `localhost/`, one without tag or digest `:latest`,
  /// as `podman tag` does.
  public static func full(_ name: String) -> String {
    var full = name
    if !hasHost(full) { full = "localhost/" + full }
    let last = full.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    if !full.contains("@") && !last.contains(":") { full += ":latest" }
    return full
  }

  /// Whether the first component is a host: it has a dot or a colon or is `localhost`, and
  /// something follows.
  static func hasHost(_ name: String) -> Bool {
    guard let slash = name.firstIndex(of: "/") else { return false }
    let first = name[..<slash]
    return first == "localhost" || first.contains(".") || first.contains(":")
  }
}
