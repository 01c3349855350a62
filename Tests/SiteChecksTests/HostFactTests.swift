import AdditionalImageStore
import SystemPackage
import Testing

@testable import SiteChecks

@Suite("The check of the kernel")
struct KernelCheckTests {
  @Test(
    "knows which versions have what",
    arguments: [
      ("6.18.44-cloud", .ok, "resend"), ("6.12.0", .ok, "idmapped"), ("7.0-rc1", .ok, "7.0"),
      ("6.11.9", .note, "6.12"), ("6.9.0-1-amd64", .note, "6.12"),
      ("6.8.0-45-generic", .note, "6.9"), ("5.13.0", .note, "6.9"), ("5.12.19", .warning, "5.13"),
      ("4.18.0-553.el8_10.x86_64", .warning, "distribution"), ("", .note, "not understood"),
      ("linux", .note, "not understood"), ("v6.1", .note, "not understood"),
      ("6", .note, "not understood"),
    ] as [(String, CheckOutcome, String)])
  func versions(release: String, outcome: CheckOutcome, word: String) {
    let result = KernelCheck(release: release).result
    #expect(result.outcome == outcome)
    #expect(result.sentence.contains(word))
    #expect(result.subject == nil)
  }

  @Test("orders versions by number")
  func order() {
    #expect(KernelCheck.Version(6, 9) < .init(6, 12))
    #expect(KernelCheck.Version(5, 99) < .init(6, 0))
    #expect(KernelCheck.Version(release: "99999999999999999999.1") == nil)
  }
}

@Suite("The check of user namespaces")
struct UserNamespaceCheckTests {
  private func check(
    _ limit: UInt64?, clone: Bool? = nil, restricted: Bool? = nil
  ) -> CheckOutcome {
    UserNamespaceCheck(limit: limit, mayClone: clone, isRestricted: restricted).result.outcome
  }

  @Test("finds what forbids them")
  func outcomes() {
    #expect(check(96_365) == .ok)
    #expect(check(1, clone: true, restricted: false) == .ok)
    #expect(check(0) == .problem)
    #expect(check(nil) == .problem)
    #expect(check(10, clone: false) == .problem)
    #expect(check(10, clone: true, restricted: true) == .note)
  }
}

@Suite("The check of /dev/fuse")
struct DeviceCheckTests {
  @Test(
    "tells root's trouble from a user's",
    arguments: [
      (nil, true, .ok), (nil, false, .ok), (.noSuchFileOrDirectory, false, .problem),
      (.operationNotSupportedByDevice, true, .problem), (.permissionDenied, false, .note),
      (.notPermitted, false, .note), (.permissionDenied, true, .problem),
      (.notPermitted, true, .problem), (.ioError, false, .problem),
    ] as [(Errno?, Bool, CheckOutcome)])
  func outcomes(refusal: Errno?, isRoot: Bool, outcome: CheckOutcome) {
    let result = DeviceCheck(refusal: refusal, isRoot: isRoot).result
    #expect(result.outcome == outcome)
    #expect((result.nextStep != nil) == (refusal != nil))
  }
}

@Suite("The check of programs with rights")
struct PrivilegedProgramCheckTests {
  @Test("wants each of them with rights", arguments: PrivilegedProgramCheck.Program.allCases)
  func outcomes(program: PrivilegedProgramCheck.Program) {
    func check(_ setuid: Bool, _ capabilities: Bool) -> CheckResult {
      PrivilegedProgramCheck(
        program: program,
        found: .init(path: "/b/x", isSetuidRoot: setuid, hasCapabilities: capabilities)
      ).result
    }
    #expect(check(true, false).outcome == .ok)
    #expect(check(false, true).sentence == "/b/x has capabilities")
    #expect(check(false, false).outcome == .warning)
    #expect(check(false, false).nextStep?.contains("chmod u+s /b/x") == true)
    let missing = PrivilegedProgramCheck(program: program, found: nil).result
    #expect(missing.outcome == .warning)
    #expect(missing.name == program.rawValue)
  }
}

@Suite("The check of fuse.conf")
struct AllowOtherCheckTests {
  @Test(
    "finds the word on a line of its own",
    arguments: [
      ("user_allow_other\n", .ok), ("# x\n  user_allow_other  # y\n", .ok),
      ("#user_allow_other\n", .note), ("# user_allow_other - using\n", .note), ("", .note),
      ("user_allow_other_not\n", .note), (nil, .note),
    ] as [(String?, CheckOutcome)])
  func outcomes(text: String?, outcome: CheckOutcome) {
    #expect(AllowOtherCheck(configuration: text).result.outcome == outcome)
  }
}

@Suite("The check of subordinate ids")
struct SubordinateIDCheckTests {
  private typealias Range = SubordinateIDs.Range

  private func check(
    _ file: [SubordinateIDs.Range], system: [SubordinateIDs.Range]? = nil, isRoot: Bool = false
  ) -> CheckResult {
    SubordinateIDCheck(
      kind: .subuid, user: "alice", isRoot: isRoot, file: file, system: system
    ).result
  }

  @Test("counts them over all ranges")
  func counts() {
    #expect(check([Range(first: 100_000, count: 65_536)]).outcome == .ok)
    let two = [Range(first: 1, count: 65_535), Range(first: 200_000, count: 1)]
    #expect(check(two).sentence == "alice has 65535 from 1, 1 from 200000")
    #expect(check([Range(first: 1, count: 65_535)]).outcome == .warning)
    #expect(check([]).outcome == .note)
    #expect(check([], isRoot: true).outcome == .ok)
  }

  @Test("warns when Podman sees others than the server of a mount")
  func different() {
    let range = Range(first: 100_000, count: 65_536)
    #expect(check([range], system: [range]).outcome == .ok)
    let result = check([], system: [range])
    #expect(result.outcome == .warning)
    #expect(result.sentence.contains("65536 from 100000"))
    #expect(result.sentence.contains("/etc/subuid has none"))
    #expect(check([range], system: []).outcome == .warning)
  }

  @Test("reads what getsubids prints")
  func printed() {
    #expect(
      SubordinateIDCheck.ranges(printed: "0: alice 100000 65536\n1: alice 300000 10\n")
        == [Range(first: 100_000, count: 65_536), Range(first: 300_000, count: 10)])
    for text in [
      "", "Error fetching ranges\n", "0: alice 1\n", "0 alice 1 2\n", "0: alice -1 2\n",
      "0: alice 1 0\n", "0: alice 4294967296 1\n",
    ] {
      #expect(SubordinateIDCheck.ranges(printed: text).isEmpty)
    }
  }
}

@Suite("The checks of Podman")
struct PodmanCheckTests {
  @Test(
    "know the versions that were tried",
    arguments: [
      ("4.3.1", .ok), ("5.8.6", .ok), ("6.0.0-dev", .ok), ("3.4.4", .warning), ("x", .note),
      (nil, .warning),
    ] as [(String?, CheckOutcome)])
  func versions(version: String?, outcome: CheckOutcome) {
    #expect(PodmanCheck(version: version).result.outcome == outcome)
  }

  @Test("want a runtime and a monitor")
  func runtime() {
    #expect(RuntimeCheck(runtime: "/bin/crun", monitor: "/bin/conmon").result.outcome == .ok)
    #expect(
      RuntimeCheck(runtime: nil, monitor: "/c").result.nextStep == "Install crun or runc")
    #expect(RuntimeCheck(runtime: "/r", monitor: nil).result.nextStep == "Install conmon")
    let both = RuntimeCheck(runtime: nil, monitor: nil).result
    #expect(both.outcome == .problem)
    #expect(both.nextStep == "Install crun or runc and conmon")
  }
}
