import FoundationEssentials
import Testing

@Suite("Stores of released formats")
struct ReleasedStoreTests {
  /// `fixtures/store`, where one store of each released format version is kept for ever.
  static let directory: String = {
    let checkout = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    return "/\(checkout)/fixtures/store"
  }()

  @Test(
    "a store of format 1 is read as it was written",
    arguments: ["one", "two"])
  func dumps(image: String) throws {
    let firn = Firn(at: "\(Self.directory)/v1")
    let expected = try String(
      decoding: Data(contentsOf: URL(filePath: "\(Self.directory)/v1.\(image).dump")),
      as: UTF8.self)
    let dump = try firn("dump", "--digests", "example/\(image):1").text
    #expect(dump == expected)
  }

  @Test("its images are listed with names and ids")
  func lists() throws {
    let images = try Firn(at: "\(Self.directory)/v1")("list").text
    #expect(
      images.split(separator: "\n").map { $0.prefix(13) } == ["example/one:1", "example/two:1"])
  }
}
