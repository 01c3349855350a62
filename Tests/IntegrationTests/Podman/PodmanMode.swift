/// The three ways Podman runs containers.
enum PodmanMode: String, CaseIterable, Sendable {
  /// By root.
  case rootful
  /// By a user with 65,536 subordinate ids.
  case subordinate
  /// By a user with no other id than their own.
  case single
}
