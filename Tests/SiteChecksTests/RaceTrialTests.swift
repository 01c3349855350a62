import Linux
import Synchronization
import SystemPackage
import Testing

@testable import SiteChecks

@Suite("A trial of two processes")
struct RaceTrialTests {
  private let directory: TestDirectory

  init() throws { directory = try TestDirectory() }

  @Test("finds this machine's file systems to be as they should", arguments: ["/tmp", "/dev/shm"])
  func real(base: String) throws {
    let place = FilePath(base).appending("firn-site-\(UInt64.random(in: 0 ... .max))")
    try Paths.makeDirectory(place)
    defer { _ = try? ChildProcess(running: "rm", ["-rf", place.string]) }
    let findings = try RaceTrial(in: place, launch: Programs.partner).run()
    for (kind, race) in [(RaceCheck.Kind.create, findings.create), (.link, findings.link)] {
      #expect(race.names.count == RaceNames.count)
      let result = RaceCheck(store: base, kind: kind, race: race).result
      #expect(result.outcome == .ok, "\(result.sentence)")
      // Both had their turn at every name.
      #expect(race.names.allSatisfy { Set([$0.first, $0.second]) == [.won, .lost] })
      #expect(Set(race.names.map(\.first)) == [.won, .lost], "there was no race")
    }
    let result = RenameCheck(store: base, report: findings.rename).result
    #expect(result.outcome == .ok, "\(result.sentence)")
    #expect(findings.rename.reads > 1)
  }

  @Test("says what the second process printed when it ends early")
  func deadPartner() throws {
    let dead = PartnerLaunch("sh") { _ in ["-c", "echo alas; exit 3"] }
    let error = #expect(throws: RaceTrial.Failure.self) {
      try RaceTrial(in: directory.path, launch: dead).run()
    }
    #expect(error == .partner("exit status 3 alas\n"))
    let missing = PartnerLaunch("no-such-program-anywhere") { _ in [] }
    #expect(throws: RaceTrial.Failure.self) {
      try RaceTrial(in: directory.path, launch: missing).run()
    }
  }

  @Test("does not believe any answer")
  func oddPartner() throws {
    // Every answer is a byte that it begins and one for each name.
    let count = 2 * (RaceNames.count + RaceNames.batches.count)
    let zeros = "head -c \(count) /dev/zero >&3; printf 'rnonsense\\n' >&3"
    let odd = PartnerLaunch("sh") { _ in ["-c", "\(zeros); sleep 0.2"] }
    let error = #expect(throws: RaceTrial.Failure.self) {
      try RaceTrial(in: directory.path, launch: odd).run()
    }
    #expect(error == .partner("it answered something else"))
  }

  @Test("in a directory that is gone fails")
  func gone() throws {
    let place = directory.path.appending("gone")
    let error = #expect(throws: RaceTrial.Failure.self) {
      try RaceTrial(in: place, launch: Programs.partner).run()
    }
    guard case .system(let error) = error else {
      Issue.record("another error: \(error as Any)")
      return
    }
    #expect(error.errno == .noSuchFileOrDirectory)
  }

  @Test("has files that show whether they are whole")
  func versions() {
    for number in [1, 2, 200, 255, 256, 0x0102_0304] as [UInt32] {
      let content = RaceNames.content(of: number)
      #expect(RaceNames.version(of: content) == number)
      #expect(RaceNames.version(of: Array(content.dropLast())) == nil)
      #expect(RaceNames.version(of: content + [0]) == nil)
      var torn = content
      torn[4000] ^= 1
      #expect(RaceNames.version(of: torn) == nil)
    }
    #expect(RaceNames.version(of: []) == nil)
  }

  @Test("notices a file that is missing, torn or older")
  func watching() throws {
    let names = RaceNames(directory: directory.path)
    let absent = names.watch(seconds: 0) {}
    #expect(absent == RenameReport(reads: 1, missing: 1))
    try directory.file("replaced", "half")
    #expect(names.watch(seconds: 0) {} == RenameReport(reads: 1, torn: 1))
    try names.replace(with: RaceNames.versions)
    #expect(names.watch(seconds: 5) {} == RenameReport(reads: 1, sawLast: true))
    try names.replace(with: 7)
    let replaced = Mutex(false)
    let older = names.watch(seconds: 0.2) {
      if !replaced.withLock({ $0 }) { try? names.replace(with: 3) }
      replaced.withLock { $0 = true }
    }
    #expect(older.older > 0 && older.older == older.reads - 1)
    #expect(!older.sawLast)
  }

  @Test("sends what was found from one process to the other")
  func coding() {
    let turns: [Race.Turn] = [.won, .lost, .failed(.ioError), .failed(.diskQuotaExceeded)]
    #expect(RacePartner.decode(RacePartner.encode(turns)) == turns)
    let report = RenameReport(reads: 6, missing: 5, torn: 4, older: 3, failed: 2, sawLast: true)
    #expect(report.encoded.last == UInt8(ascii: "\n"))
    #expect(RenameReport(decoding: report.encoded.dropLast()) == report)
    for text in ["", "1 2 3 4 5", "1 2 3 4 5 6 7", "a 2 3 4 5 6", "-1 0 0 0 0 0"] {
      #expect(RenameReport(decoding: Array(text.utf8)) == nil)
    }
  }
}
