import Testing

/// Images that Podman has built on this machine, straight from its storage.
@Suite("Podman's own storage", .tags(.root, .podman), .needs(.firn, .root, .podman, .users))
struct StorageImportTests {
  /// An image with a file that only another user of the image may read.
  private func build(_ mode: PodmanMode) throws -> PodmanSession {
    let user = mode == .rootful ? nil : try TestUser(subordinateIDs: mode == .subordinate)
    let podman = try PodmanSession(mode, user: user, imageStore: nil)
    let context = try podman.scratch.directory("context")
    try podman.scratch.file("context/secret", "s3cret\n")
    try podman.scratch.file("context/public", "public\n")
    try output("chmod", "600", "\(context)/secret")
    if let user { try output("chown", "-R", user.name, context) }
    try podman.scratch.file(
      "Containerfile",
      """
      FROM scratch
      COPY --chown=1000:1000 secret /home/secret
      COPY public /public
      LABEL made=here

      """)
    try podman(
      "build", "-q", "--pull=never", "-t", "team/mine:1", "-f", podman.scratch("Containerfile"),
      context
    ).succeed()
    return podman
  }

  @Test(
    "root imports what anybody has built, with the owners of the image",
    arguments: [PodmanMode.rootful, .subordinate])
  func byRoot(mode: PodmanMode) throws {
    let podman = try build(mode)
    let saved = podman.scratch("work/saved.tar")
    try podman("save", "-q", "--format", "oci-archive", "-o", saved, "team/mine:1").succeed()
    let firn = try Firn(creating: podman.scratch("store"))
    try firn.importImage("oci-archive:\(saved)", as: "saved")
    try firn.importImage(
      "containers-storage:[overlay@\(podman.scratch("graph"))]team/mine:1", as: "direct")
    let dump = try firn("dump", "direct").text
    #expect(try firn("dump", "saved").text == dump)
    #expect(dump.contains("/home/secret"))
    #expect(dump.contains("1000"))
  }

  @Test("a user imports what he has built, in the user namespace of his storage")
  func byUser() throws {
    let podman = try build(.subordinate)
    let user = try #require(podman.user)
    let place = try podman.scratch.directory("own", mode: 0o755, owner: user)
    let binary = try Firn.binary.value
    for store in ["store", "other"] {
      var creation = Command([binary, "init", "\(place)/\(store)"])
      creation.user = user
      try creation.succeed()
    }
    let words = [
      "unshare", binary, "import", "--quiet", "--store", "\(place)/store",
      "containers-storage:team/mine:1",
    ]
    try podman.command(words).succeed()
    let firn = Firn(at: "\(place)/store").by(user)
    #expect(try firn("dump", "localhost/team/mine:1").text.contains("/home/secret"))
    // Outside of the namespace the file belongs to a stranger.
    let outside = try Firn(at: "\(place)/other").by(user).run(
      "import", "--quiet", "containers-storage:[\(podman.scratch("graph"))]team/mine:1")
    #expect(outside.status != 0)
    #expect(outside.errors.contains("podman unshare"), "\(outside)")
  }
}
