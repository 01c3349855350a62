import Linux
import Store
import SystemPackage
import Testing

@testable import SiteChecks

@Suite("The check of directories")
struct DirectoryCheckTests {
  private typealias Entry = (area: StoreArea, access: Result<DirectoryCheck.Access, SystemError>)

  /// All directories with one mode but those that are changed.
  private func check(
    mode: UInt16 = 0o755, _ changes: [StoreArea: Result<DirectoryCheck.Access, SystemError>] = [:]
  ) -> CheckResult {
    let entries: [Entry] = StoreArea.allCases.map {
      (area: $0, access: changes[$0] ?? .success(.init(mode: mode, uid: 7, gid: 8)))
    }
    return DirectoryCheck(store: "/s", directories: entries).result
  }

  private func access(_ mode: UInt16, uid: UInt32 = 7) -> Result<
    DirectoryCheck.Access, SystemError
  > { .success(.init(mode: mode, uid: uid, gid: 8)) }

  @Test("is content with one owner and one mode", arguments: [0o755, 0o750, 0o700, 0o2775])
  func fine(mode: Int) {
    let result = check(mode: UInt16(mode))
    #expect(result.outcome == .ok)
    #expect(result.sentence.contains(String(mode, radix: 8)))
    #expect(result.sentence.contains("writable by group 8") == (mode & 0o020 != 0))
  }

  @Test("does not miss what older stores do not have")
  func younger() {
    let missing = SystemError("stat", nil, .noSuchFileOrDirectory)
    #expect(check([.history: .failure(missing)]).outcome == .ok)
    let denied = SystemError("stat", nil, .permissionDenied)
    #expect(check([.history: .failure(denied)]).outcome == .problem)
  }

  @Test("misses a directory")
  func missing() {
    let result = check([.packs: .failure(SystemError("stat", nil, .noSuchFileOrDirectory))])
    #expect(result.outcome == .problem)
    #expect(result.sentence == "packs/ is missing")
    let denied = check([.packs: .failure(SystemError("stat", nil, .permissionDenied))])
    #expect(denied.outcome == .problem)
    #expect(denied.sentence.contains("packs/: stat"))
  }

  @Test(
    "does not let everybody write", arguments: [StoreArea.root, .packs, .generations, .staging])
  func open(area: StoreArea) {
    #expect(check([area: access(0o757)]).outcome == .problem)
    #expect(check([area: access(0o1757)]).outcome == .problem)
  }

  @Test("lets everybody leave a lease, but not remove those of others")
  func leases() {
    #expect(check([.leases: access(0o1777)]).outcome == .ok)
    #expect(check([.leases: access(0o777)]).outcome == .problem)
  }

  @Test("warns of directories of other owners and other modes")
  func strangers() {
    let owner = check([.images: access(0o755, uid: 0), .index: access(0o755, uid: 0)])
    #expect(owner.outcome == .warning)
    #expect(owner.sentence == "images/, index/ have another owner than the store")
    let mode = check([.images: access(0o750)])
    #expect(mode.outcome == .warning)
    #expect(mode.nextStep == "Give all directories the mode 755")
  }
}
