import Glibc
import Testing

/// What a mount shows while the store changes, and how it ends.
@Suite("Serving", .serialized, .tags(.root, .fuse), .needs(.firn, .root, .fuse))
struct ServingTests {
  // Released in this order.
  let served: ServedMount
  let firn: Firn
  let scratch: Scratch

  /// How long a new generation may take to be seen.
  let patience = 15.0

  init() throws {
    scratch = try Scratch("serving")
    firn = try Firn(creating: scratch("store"))
    try Self.add("one", to: firn, scratch)
    served = try ServedMount(firn, at: scratch("mount"))
  }

  /// Imports an image whose file `name` has the image's name as text.
  private static func add(_ name: String, to firn: Firn, _ scratch: Scratch) throws {
    let layout = try LayoutBuilder(scratch: scratch).layout(
      "layout-\(name)", layers: [["name": Array(name.utf8), "data": noise(700_000, seed: 7)]])
    try firn.importImage("oci:\(layout):latest", as: name)
  }

  private func name(_ image: String) -> String? { try? readText("\(served.root(image))/name") }

  @Test("a new image appears without mounting again, even where it was looked for before")
  func newImage() throws {
    #expect(name("one") == "one")
    #expect(name("two") == nil)
    #expect(try list("\(served.point)/images") == ["one"])
    try Self.add("two", to: firn, scratch)
    #expect(eventually(within: patience) { name("two") == "two" })
    #expect(try list("\(served.point)/images") == ["one", "two"])
    #expect(name("one") == "one")
  }

  @Test("a tag that moves leads to the other image")
  func movedTag() throws {
    try Self.add("two", to: firn, scratch)
    try firn("tag", "one", "current")
    #expect(eventually(within: patience) { name("current") == "one" })
    let manifest = "\(served.point)/images/current/manifest.json"
    let before = try sha256(manifest)
    try firn("tag", "two", "current")
    #expect(eventually(within: patience) { name("current") == "two" })
    #expect(try sha256(manifest) != before)
    #expect(try Tree(served.root("current")).differences(from: Tree(served.root("two"))) == [])
    #expect(try firn.images().map(\.name) == ["current", "one", "two"])
  }

  @Test("an image that is removed stays readable for who has it open")
  func removed() throws {
    let file = open("\(served.root("one"))/data", O_RDONLY | O_CLOEXEC)
    let directory = open(served.root("one"), O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    defer {
      close(file)
      close(directory)
    }
    var buffer = [UInt8](repeating: 0, count: 700_000)
    #expect(pread(file, &buffer, 100, 0) == 100)
    try firn("remove", "one")
    #expect(eventually(within: patience) { !exists("\(served.point)/images/one") })
    try output("sh", "-c", "echo 3 >/proc/sys/vm/drop_caches")
    #expect(pread(file, &buffer, buffer.count, 0) == buffer.count)
    #expect(buffer == noise(700_000, seed: 7))
    let other = openat(directory, "name", O_RDONLY | O_CLOEXEC)
    #expect(other >= 0)
    #expect(pread(other, &buffer, 10, 0) == 3)
    close(other)
    #expect(try firn.images().isEmpty)
  }

  @Test("SIGTERM unmounts and leaves no process", arguments: [SIGTERM, SIGINT])
  func terminated(signal: Int32) throws {
    #expect(name("one") == "one")
    let processes = served.processes
    #expect(!processes.isEmpty)
    for process in processes { kill(process, signal) }
    #expect(eventually(within: 10) { served.isGone })
  }

  @Test("firn unmount ends the server")
  func unmounted() throws {
    try firn("unmount", served.point)
    #expect(try served.endsUnmounted())
  }

  @Test("umount(8) ends the server as well")
  func unmountedByOthers() throws {
    try output("umount", served.point)
    #expect(try served.endsUnmounted())
  }

  @Test("in the foreground it stays until SIGTERM, then ends with status 0")
  func foreground() throws {
    let point = try scratch.directory("foreground")
    let program = try firn.command("serve", "--foreground", point).start()
    #expect(eventually(within: 15) { exists("\(point)/images/one/root/name") })
    #expect(program.isRunning)
    program.signal(SIGTERM)
    let outcome = try program.wait(timeout: 15)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try MountTable.below(point).isEmpty)
  }

  @Test("the mount is read-only, without set-id and devices, and of type fuse")
  func options() throws {
    let entry = try #require(try MountTable.below(served.point).first)
    #expect(Set(entry.options).isSuperset(of: ["ro", "nosuid", "nodev"]))
    #expect(entry.type.hasPrefix("fuse"))
    #expect(open("\(served.root("one"))/new", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600) == -1)
    #expect(errno == EROFS)
  }

  @Test("an empty store is served, and is an empty store to Podman")
  func emptyStore() throws {
    let firn = try Firn(creating: scratch("empty"))
    let served = try ServedMount(firn, at: scratch("empty-mount"))
    #expect(try list("\(served.point)/images") == [])
    #expect(try readText("\(served.point)/self/overlay-images/images.json").contains("["))
    #expect(try fileSize("\(served.point)/self/overlay-layers/layers.lock") == 64)
  }
}
