import SystemPackage
import Testing

@testable import SiteChecks

@Suite("The checks of this machine")
struct HostSiteTests {
  @Test("say something of everything")
  func real() {
    let results = HostSite(mount: "/run/firn-test").check()
    let names = results.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(
      Set(names).isSuperset(of: [
        "kernel", "user-namespaces", "fuse-device", "fusermount3", "newuidmap", "newgidmap",
        "user-allow-other", "subuid", "subgid", "podman",
      ]))
    #expect(names.contains("podman-storage") == names.contains("runtime"))
    #expect(results.allSatisfy { $0.subject == nil && !$0.sentence.isEmpty })
    for result in results where result.outcome >= .warning { #expect(result.nextStep != nil) }
    #expect(results.first { $0.name == "kernel" }?.sentence.contains("Linux") == true)
  }

  @Test("find programs in the usual places, and only those that can be run")
  func programs() throws {
    #expect(ProgramPath.find("sh") != nil)
    #expect(ProgramPath.find("no-such-program-anywhere") == nil)
    let directory = try TestDirectory()
    try directory.file("odd-program", "", mode: 0o644)
    #expect(ProgramPath.find("odd-program", also: [directory.path.string]) == nil)
    let file = try directory.file("odd-program", "", mode: 0o755)
    #expect(ProgramPath.find("odd-program", also: [directory.path.string]) == file)
    #expect(ProgramPath.find("odd-program", also: ["relative"]) == nil)
  }
}
