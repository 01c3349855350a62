import Glibc
import Linux
import SystemPackage
import Testing

@testable import SiteChecks

@Suite("A directory to try things out in")
struct ProbeDirectoryTests {
  private let staging: TestDirectory

  init() throws { staging = try TestDirectory() }

  private var names: [String] {
    get throws { try Paths.list(staging.path) }
  }

  private func age(_ name: String, to time: Int) {
    var times = [timespec(tv_sec: time, tv_nsec: 0), timespec(tv_sec: time, tv_nsec: 0)]
    utimensat(AT_FDCWD, staging.path.appending(name).string, &times, AT_SYMLINK_NOFOLLOW)
  }

  @Test("is there for its owner alone, and goes with what is in it")
  func life() throws {
    do {
      let probe = try ProbeDirectory(in: staging.path)
      let status = try FileStatus(of: probe.path)
      #expect(status.mode == 0o700)
      #expect(try names.count == 1)
      #expect(try names[0].hasPrefix(".doctor-"))
      try RaceNames.write([1], to: probe.path.appending("a"))
      try RaceNames.write([1], to: probe.path.appending("b"))
    }
    #expect(try names == [])
  }

  @Test("may be one of several")
  func several() throws {
    let one = try ProbeDirectory(in: staging.path)
    let other = try ProbeDirectory(in: staging.path)
    #expect(one.path != other.path)
    #expect(try names.count == 2)
  }

  @Test("takes the place of those that were left behind more than a day ago")
  func leftovers() throws {
    let now = Int(WallClock.seconds())
    for name in [".doctor-a", ".doctor-b", "doctor-c"] { try staging.directory(name) }
    try staging.file(".doctor-a/file", "x")
    try staging.file(".doctor-file", "x")
    age(".doctor-a", to: now - 86_500)
    age(".doctor-b", to: now - 86_300)
    age("doctor-c", to: 0)
    age(".doctor-file", to: 0)
    do { _ = try ProbeDirectory(in: staging.path) }
    #expect(try names == [".doctor-b", ".doctor-file", "doctor-c"])
  }

  @Test("follows no link in place of one that was left behind")
  func links() throws {
    let victim = try TestDirectory()
    try victim.file("precious", "x")
    try Paths.symbolicLink(staging.path.appending(".doctor-link"), pointingTo: victim.path)
    age(".doctor-link", to: 0)
    do { _ = try ProbeDirectory(in: staging.path) }
    #expect(try Paths.list(victim.path) == ["precious"])
  }

  @Test("cannot be made where there is no directory")
  func missing() {
    let error = #expect(throws: SystemError.self) {
      _ = try ProbeDirectory(in: staging.path.appending("gone"))
    }
    #expect(error?.errno == .noSuchFileOrDirectory)
  }
}
