import Failures
import Linux
import SystemPackage
import Testing

@testable import Store

@Suite("A store's error")
struct StoreErrorTests {
  private static let path = StorePath(.packs, "abc")
  static let errors: [(StoreError, FailureCode)] = [
    (.notAStore("/s"), .storeNotFound),
    (.alreadyAStore("/s"), .alreadyExists),
    (.notEmpty("/s"), .alreadyExists),
    (.unknownFeatures(["f"], writing: false), .storeUnsupported),
    (.unknownFeatures(["f"], writing: true), .storeUnsupported),
    (.unknownVersion(9), .storeUnsupported),
    (.invalidParameters("too small"), .usage),
    (.damaged(path, .truncated), .storeCorrupt),
    (.damagedBlock(path, offset: 17), .storeCorrupt),
    (.missing(path), .storeCorrupt),
    (.system(SystemError("write", "/s", .noSpace)), .noSpace),
    (.system(SystemError("write", "/s", .diskQuotaExceeded)), .noSpace),
    (.system(SystemError("open", "/s", .permissionDenied)), .permissionDenied),
    (.notWritable("/s", SystemError("open", "/s/x", .permissionDenied)), .permissionDenied),
    (.notWritable("/s", SystemError("open", "/s/x", .readOnlyFileSystem)), .permissionDenied),
    (.linkRefused(SystemError("link", "/s", .notPermitted)), .inputOutput),
    (.overtaken(attempts: 5), .tryAgain),
    (.stagingCleared(path), .tryAgain),
    (.invalidName("a b", "it has a space"), .usage),
    (.imageNotFound("x"), .imageNotFound),
    (.ambiguous("ab", ["abc", "abd"]), .imageNotFound),
    (.packsGone([]), .tryAgain),
    (.invalidObject(.truncated), .internalError),
  ]

  @Test("has the code that scripts rely on, one sentence, and what to do next", arguments: errors)
  func failures(_ error: StoreError, _ code: FailureCode) {
    let failure = error.failure
    #expect(failure.code == code)
    #expect(!failure.sentence.isEmpty && !failure.sentence.hasSuffix("."))
    #expect(failure.nextStep != nil)
    #expect(error.description == failure.description)
  }

  @Test("names what it is about")
  func subjects() {
    #expect(StoreError.damagedBlock(Self.path, offset: 17).description.contains("17"))
    #expect(StoreError.damaged(Self.path, .wrongMagic).description.contains("packs/abc"))
    #expect(StoreError.ambiguous("ab", ["abc", "abd"]).description.contains("abc, abd"))
    #expect(StoreError.unknownVersion(9).description.contains("version 9"))
  }

  @Test("of a file that is not there is another than that of one that cannot be read")
  func sorting() {
    let missing = SystemError("open", nil, .noSuchFileOrDirectory)
    #expect(StoreError(missing, at: Self.path) == .missing(Self.path))
    let refused = SystemError("open", nil, .permissionDenied)
    #expect(StoreError(refused, at: Self.path) == .system(refused))
  }

  @Test("is sorted into a kind of problem by the check")
  func problems() {
    let kinds = [
      StoreError.missing(Self.path), .damaged(Self.path, .truncated),
      .damagedBlock(Self.path, offset: 1), .system(SystemError("read", nil, .ioError)),
    ].map { Problem($0, at: Self.path).kind }
    #expect(kinds == [.missing, .damaged, .damaged, .unreadable])
    let text = Problem(.stray, Self.path, "it is alone").description
    #expect(text == "stray: packs/abc: it is alone")
  }
}
