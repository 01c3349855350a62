import Glibc
import Linux
import Store
import SystemPackage
import Testing

@testable import SiteChecks

@Suite("The checks of a store")
struct StoreSiteTests {
  private let directory: TestDirectory
  private let root: FilePath

  init() throws {
    directory = try TestDirectory()
    root = directory.path.appending("store")
    _ = try Store.create(at: PosixDirectory(root), parameters: StoreParameters(level: 3))
  }

  private func check() -> [String: CheckResult] {
    let results = StoreSite(root, partner: Programs.partner).check()
    #expect(results.allSatisfy { $0.subject == root.string })
    return Dictionary(results.map { ($0.name, $0) }) { first, _ in first }
  }

  private static let all: Set<String> = [
    "file-system", "store", "directories", "layout", "free-space", "fsync", "clock",
    "exclusive-create", "link", "rename",
  ]

  @Test("find nothing wrong with a new one, and leave nothing behind")
  func fine() throws {
    let results = check()
    #expect(Set(results.keys) == Self.all)
    for (name, result) in results where name != "file-system" && name != "free-space" {
      #expect(result.outcome <= .note, "\(name): \(result.sentence)")
    }
    #expect(results["store"]?.sentence.hasPrefix("generation 1 with 0 images") == true)
    #expect(try Paths.list(root.appending("staging")) == [])
    #expect(try Store.open(PosixDirectory(root)).check() == [])
  }

  @Test("find what is damaged, and still try out the file system")
  func damaged() throws {
    try directory.file("store/generations/1", "{}")
    let results = check()
    #expect(results["store"]?.outcome == .problem)
    #expect(results["link"]?.outcome == .ok)
    try Paths.unlink(root.appending("firn.json"))
    #expect(check()["store"]?.sentence.contains("no store") == true)
  }

  @Test("find a directory that is missing or open to everybody")
  func directories() throws {
    try Paths.setMode(root.appending("packs"), 0o777)
    #expect(check()["directories"]?.outcome == .problem)
    try Paths.removeDirectory(root.appending("packs"))
    #expect(check()["directories"]?.sentence == "packs/ is missing")
  }

  @Test("that need to write are left out where that is not possible")
  func notWritable() throws {
    try Paths.removeDirectory(root.appending("staging"))
    let results = check()
    #expect(results["try-out"]?.outcome == .note)
    #expect(results["link"] == nil)
    let left = Self.all.subtracting(["fsync", "clock", "exclusive-create", "link", "rename"])
    #expect(Set(results.keys) == left.union(["try-out"]))
  }

  @Test(
    "tell a refusal from a fault",
    arguments: [
      (.permissionDenied, .note), (.readOnlyFileSystem, .note), (.notPermitted, .note),
      (.noSuchFileOrDirectory, .note), (.noSpace, .problem), (.diskQuotaExceeded, .problem),
      (.ioError, .problem),
    ] as [(Errno, CheckOutcome)])
  func refusals(errno: Errno, outcome: CheckOutcome) {
    let result = ProbeSite.refusal(SystemError("mkdir", root, errno), store: "/s")
    #expect(result.outcome == outcome)
    #expect(result.nextStep != nil)
  }

  @Test("without a second process report that")
  func noPartner() throws {
    let launch = PartnerLaunch("false") { _ in [] }
    let results = StoreSite(root, partner: launch).check()
    #expect(results.last?.name == "try-out")
    #expect(results.last?.outcome == .warning)
    #expect(try Paths.list(root.appending("staging")) == [])
  }

  @Test("of a path where nothing is say so")
  func missing() {
    let results = StoreSite("/nonexistent/store", partner: Programs.partner).check()
    #expect(results.map(\.outcome) == [.problem])
  }

  @Test("of memory warn that it is not shared")
  func memory() throws {
    let results = StoreSite("/dev/shm", partner: Programs.partner).check()
    #expect(results.first?.outcome == .warning)
    #expect(results.contains { $0.name == "store" && $0.outcome == .problem })
  }

  @Test("remove what a killed run left long ago, and nothing else")
  func leftovers() throws {
    let staging = root.appending("staging")
    let old = try directory.directory("store/staging/.doctor-old")
    try directory.file("store/staging/.doctor-old/file", "x")
    try directory.directory("store/staging/.doctor-new")
    try directory.directory("store/staging/else")
    for name in [".doctor-old", "else"] {
      var times = [timespec(tv_sec: 1000, tv_nsec: 0), timespec(tv_sec: 1000, tv_nsec: 0)]
      utimensat(AT_FDCWD, staging.appending(name).string, &times, 0)
    }
    #expect(try FileStatus(of: old).modified == 1000)
    _ = check()
    #expect(try Paths.list(staging) == [".doctor-new", "else"])
  }
}
