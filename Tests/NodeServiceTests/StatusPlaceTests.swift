import ImageSamples
import Linux
import SystemPackage
import Testing

@testable import NodeService

@Suite("Where the sockets of servers are")
struct StatusPlaceTests {
  private let directory: TemporaryDirectory
  private var path: FilePath { directory.path.appending("firn-servers") }

  init() throws { directory = try TemporaryDirectory() }

  private func places(_ user: UInt32, _ host: UInt32, _ runtime: String?) -> [String] {
    StatusPlace.places(user: user, hostUser: host, runtime: runtime).map(\.directory.string)
  }

  @Test("is one place for root, and for users their runtime directory before others")
  func choice() {
    #expect(places(0, 0, "/run/user/0") == ["/run/firn-servers"])
    let others = ["/run/user/1000/firn-servers", "/tmp/firn-servers-1000"]
    #expect(places(1000, 1000, nil) == others)
    #expect(places(1000, 1000, "/run/user/1000") == others)
    #expect(places(1000, 1000, "/job/7") == ["/job/7/firn-servers"] + others)
    #expect(places(1000, 1000, "relative") == others)
    // In a user namespace, as podman unshare makes it, nobody is root.
    #expect(places(0, 1000, nil) == others)
  }

  @Test("is made for the user alone, once")
  func made() throws {
    let place = StatusPlace(path, owner: effectiveUser())
    #expect(!place.isTrusted)
    try place.prepare()
    try place.prepare()
    #expect(place.isTrusted)
    #expect(try FileStatus(of: path).mode == 0o700)
  }

  @Test("is no directory that another could have made, or can change")
  func refused() throws {
    #expect(throws: SystemError.self) {
      try StatusPlace("/etc", owner: effectiveUser() &+ 1).prepare()
    }
    let place = StatusPlace(path, owner: effectiveUser())
    try Paths.makeDirectory(path, mode: 0o777)
    #expect(throws: SystemError.self) { try place.prepare() }
    #expect(place.devices().isEmpty)
    try Paths.removeDirectory(path)
    try Paths.symbolicLink(path, pointingTo: "/root")
    #expect(throws: SystemError.self) { try place.prepare() }
    try Paths.unlink(path)
    try directory.write("firn-servers", [])
    #expect(throws: SystemError.self) { try place.prepare() }
  }

  @Test("has a socket for each device, and nothing else counts")
  func devices() throws {
    let place = StatusPlace(path, owner: effectiveUser())
    try place.prepare()
    let device = deviceNumber(major: 0, minor: 4711)
    #expect(place.socket(ofDevice: device) == path.appending("0-4711"))
    for name in ["0-4711", "x-1", "0-1-2", "0-", "-1", "0-1.55"] {
      try directory.write("firn-servers/\(name)", [])
    }
    #expect(place.devices() == [device])
  }
}
