import Failures
import SquashFS
import Testing

@Suite("SquashFS errors")
struct SquashFSErrorTests {
  @Test(
    "say what is wrong and what to do",
    arguments: [
      (.notSquashFS, "Check that the right file"), (.corrupt(.directory, .cycle), "Copy or make"),
      (.unsupportedVersion(major: 3, minor: 1), "3.1"), (.unsupportedCompressor(9), "number 9"),
      (.truncated(needed: 10, available: 5), "needs 10 bytes and has 5"),
      (.tooLarge(.xattrs, limit: 7), "extended attributes is larger than 7"),
      (.readFailed("EIO"), "EIO"), (.wrongKind(needed: .directory), "no directory"),
      (.unknownInode(InodePosition(rawValue: 3)), "position 3"),
      (.notRepresentable("a socket"), "a socket"),
      (.writingFailed(step: "ids", cause: "no memory"), "no memory"),
    ] as [(SquashFSError, String)])
  func description(error: SquashFSError, part: String) {
    #expect(error.description.contains(part))
    #expect(!error.failure.sentence.hasSuffix("."))
  }
}
