import Testing

/// A served store with the image `team/debian`, and Podman set up for each of the three modes.
final class PodmanFixture: Fixture {
  @TaskLocal static var current: PodmanFixture?
  static var slot: TaskLocal<PodmanFixture?> { $current }

  /// The image as Podman names it.
  static let image = "localhost/team/debian:latest"

  // Released in this order: the users of the mount, the mount, the store.
  private let sessions: [PodmanMode: PodmanSession]
  let served: ServedMount
  let firn: Firn
  let layout: Layout
  let scratch: Scratch

  init() throws {
    scratch = try Scratch("podman")
    layout = try Layout(Images.layout(.debian))
    firn = try Firn(creating: scratch("store"))
    try firn.importImage("oci:\(layout.path):latest", as: "team/debian")
    // The mount is there before a rootless Podman makes its mount namespace.
    served = try ServedMount(firn, at: scratch("mount"))
    let store = served.point + "/self"
    let users: [(PodmanMode, TestUser?)] = [
      (.rootful, nil), (.subordinate, try TestUser(subordinateIDs: true)),
      (.single, try TestUser(subordinateIDs: false)),
    ]
    sessions = Dictionary(
      uniqueKeysWithValues: try users.map { mode, user in
        (mode, try PodmanSession(mode, user: user, imageStore: store))
      })
  }

  func session(_ mode: PodmanMode) throws -> PodmanSession { try #require(sessions[mode]) }

  /// The id of the image: its config's digest in hex.
  var id: String { String(layout.manifest.config.digest.dropFirst(7)) }
}
