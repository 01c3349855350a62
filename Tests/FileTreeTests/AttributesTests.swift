import FileTree
import Testing

@Suite("Attributes")
struct AttributesTests {
  @Test("bits beyond permission and set-id bits are dropped")
  func mode() {
    #expect(Attributes(mode: 0o104755).mode == 0o4755)
  }

  @Test("extended attributes come in order of names, the last of one name stays")
  func xattrs() {
    let attributes = Attributes(
      mode: 0o644,
      xattrs: [
        ExtendedAttribute(name: "user.z", value: [1]),
        ExtendedAttribute(name: "user.a", value: [2]),
        ExtendedAttribute(name: "user.z", value: [3]),
      ])
    #expect(
      attributes.xattrs == [
        ExtendedAttribute(name: "user.a", value: [2]),
        ExtendedAttribute(name: "user.z", value: [3]),
      ])
  }
}
