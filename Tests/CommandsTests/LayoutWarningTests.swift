import Linux
import Store
import SystemPackage
import Testing

@testable import Commands

@Suite("The warning about layouts")
struct LayoutWarningTests {
  private let refusal = LayoutOutcome.refused(SystemError("fsetxattr", nil, .permissionDenied))

  @Test("is none where all was set, and none off Lustre")
  func none() {
    #expect(LayoutWarning([]).lines == [])
    #expect(LayoutWarning(StoreArea.allCases.map { ($0, .set) }).lines == [])
    #expect(LayoutWarning(StoreArea.allCases.map { ($0, .notLustre) }).lines == [])
  }

  @Test("is one line however many directories were refused")
  func refused() {
    let lines = LayoutWarning(StoreArea.allCases.map { ($0, refusal) }).lines
    #expect(lines.count == 1)
    let line = lines.first ?? ""
    #expect(line.contains("the directory itself, generations, images"))
    #expect(line.contains("fsetxattr: \(Errno.permissionDenied)"))
  }

  @Test("names what Lustre kept instead")
  func differs() {
    let kept = LustreAttribute.composite(components: 3, mirrors: 1)
    #expect(
      LayoutWarning([
        (.packs, .differs(kept)), (.bundles, .differs(nil)), (.images, .set),
      ]).lines == [
        "Lustre kept another layout for packs (a composite layout of 3 components), bundles (none)"
      ])
    #expect(LayoutWarning([(.packs, refusal), (.bundles, .differs(nil))]).lines.count == 2)
  }
}
