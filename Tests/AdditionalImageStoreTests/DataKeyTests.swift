import AdditionalImageStore
import Foundation
import Testing

@Suite("Big data file names")
struct DataKeyTests {
  @Test(
    "keys of dots, digits and lower case keep their name",
    arguments: ["manifest", "a.b.1", "0123456789"])
  func plain(key: String) { #expect(DataKey.fileName(for: key) == key) }

  @Test(
    "other keys are = and standard base64",
    arguments: [
      "sha256:0123", "manifest-sha256:ff", "Upper", "ü", "a", "ab", "abc", "-", "--", "---",
    ])
  func encoded(key: String) {
    let name = DataKey.fileName(for: key)
    if name.hasPrefix("=") {
      #expect(name.dropFirst() == Data(key.utf8).base64EncodedString())
    } else {
      #expect(name == key)
    }
  }
}
