import ImageSamples
import Linux
import NodeService
import SystemPackage
import Testing

@Suite("The empty store below a mount")
struct EmptyStoreTests {
  @Test("has all that Podman looks for, readable by all")
  func layout() throws {
    let directory = try TemporaryDirectory()
    try EmptyStore.prepare(directory.path)
    let own = directory.path.appending("self")
    #expect(try Paths.list(own) == ["overlay", "overlay-images", "overlay-layers"])
    #expect(try Paths.list(own.appending("overlay")) == ["l"])
    for (kind, name) in [("images", "images.json"), ("layers", "layers.json")] {
      let path = own.appending("overlay-\(kind)")
      #expect(try readText(path.appending(name)) == "[]")
      #expect(try readBytes(path.appending("\(kind).lock")).count == 64)
      for file in try Paths.list(path) {
        #expect(try FileStatus(of: path.appending(file)).mode == 0o644)
      }
      #expect(try FileStatus(of: path).mode == 0o755)
    }
  }

  @Test("is made once: a second time changes nothing")
  func again() throws {
    let directory = try TemporaryDirectory()
    try EmptyStore.prepare(directory.path)
    let lock = directory.path.appending("self/overlay-images/images.lock")
    let before = try FileStatus(of: lock)
    try EmptyStore.prepare(directory.path)
    #expect(try FileStatus(of: lock) == before)
  }

  @Test("is not made where there is anything else")
  func occupied() throws {
    let directory = try TemporaryDirectory()
    try directory.write("precious", [1])
    try EmptyStore.prepare(directory.path)
    #expect(try Paths.list(directory.path) == ["precious"])
  }

  @Test("cannot be made where there is no directory")
  func missing() throws {
    let directory = try TemporaryDirectory()
    #expect(throws: SystemError.self) {
      try EmptyStore.prepare(directory.path.appending("not-there"))
    }
  }
}
