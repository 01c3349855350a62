import Failures
import ImageSamples
import Linux
import Registry
import Store
import SystemPackage
import Testing
import Transports

@testable import ImageImport

/// What must be refused, from the manifest down to the last byte of a layer.
@Suite("Images that must be refused")
struct RejectedImageTests {
  /// Imports, and gives the failure; expects that the store is as it was.
  ///
  /// - Parameter keepsLayers: Whether layers are so large that they are kept, as they would be for
  ///   another image.
  private func refusal(
    in fixture: ImportFixture, keepsLayers: Bool = false, _ source: () throws -> any ImageSource
  ) async throws -> Failure? {
    let before = try everything(below: fixture.directory.path)
    var failure: Failure?
    do {
      let source = try source()
      _ = try await Importer(fixture.store, logger: fixture.log.logger)
        .run(ImportRequest(names: ["x"], text: "import x"), from: source)
      await source.close()
    } catch { failure = try #require(error as? any FailureConvertible, "\(error)").failure }
    if !keepsLayers { #expect(try everything(below: fixture.directory.path) == before) }
    #expect(try fixture.store.newest().images.isEmpty)
    #expect(try fixture.files("staging").isEmpty)
    return failure
  }

  /// Every file below a directory with its size.
  private func everything(below directory: FilePath) throws -> [String] {
    try Paths.list(directory).sorted().flatMap { name in
      let path = directory.appending(name)
      let status = try FileStatus(of: path, followingLinks: false)
      return status.kind == .directory
        ? ["\(path)/"] + (try everything(below: path)) : ["\(path) \(status.size)"]
    }
  }

  private func expectAdvice(_ failure: Failure?) {
    #expect(failure?.sentence.isEmpty == false)
    #expect(failure?.nextStep?.isEmpty == false, "\(String(describing: failure))")
    #expect(failure?.description.utf8.allSatisfy { (0x20...0x7e).contains($0) } == true)
  }

  @Test("the table lists exactly the images in fixtures/reject/images")
  func completeness() {
    #expect(Set(FixtureFiles.rejectedImages) == Set(RejectedImages.reasons.keys))
  }

  @Test(
    "are refused for the reason in their name, and leave nothing",
    arguments: FixtureFiles.rejectedImages)
  func image(name: String) async throws {
    let fixture = try ImportFixture()
    let path = FixtureFiles.path("reject/images/\(name).tar")
    var options = RegistryOptions()
    options.systemDirectory = "/nonexistent"
    let failure = try await refusal(in: fixture) {
      try SourceName(parsing: "oci-archive:\(path)")
        .open(options: options, logger: fixture.log.logger)
    }
    let (code, words) = try #require(RejectedImages.reasons[name])
    #expect(failure?.code == code)
    #expect(failure?.description.contains(words) == true, "\(String(describing: failure))")
    expectAdvice(failure)
  }

  @Test("are refused for a layer that is no archive", arguments: FixtureFiles.rejectedArchives)
  func archive(name: String) async throws {
    let layer = ArchivedLayer(tar: try FixtureFiles.bytes("reject/tar/\(name).tar"))
    let failure = try await refusal(in: try ImportFixture()) { try StubSource([layer]) }
    #expect(failure?.code == .imageInvalid)
    expectAdvice(failure)
  }

  @Test("are refused for more owners than SquashFS can count")
  func owners() async throws {
    // Two to an entry, and the root's.
    try await ImportFixture().run(
      try StubSource([ArchivedLayer(tar: Self.archive(entries: 32_767))]), as: ["x"])
    let layer = ArchivedLayer(tar: Self.archive(entries: 32_768))
    let failure = try await refusal(in: try ImportFixture(), keepsLayers: true) {
      try StubSource([layer])
    }
    #expect(failure?.code == .imageInvalid)
    #expect(failure?.description.contains("65537") == true)
    expectAdvice(failure)
  }

  /// Empty files, each with a user and a group of its own.
  private static func archive(entries: Int) -> [UInt8] {
    func octal(_ number: Int, _ width: Int) -> [UInt8] {
      let digits = String(number, radix: 8)
      return Array((String(repeating: "0", count: width - digits.count) + digits).utf8)
    }
    var archive: [UInt8] = []
    archive.reserveCapacity((entries + 2) * 512)
    for number in 1...entries {
      let name = octal(number, 7)
      let fields =
        octal(0o644, 7) + [0] + octal(2 * number, 7) + [0] + octal(2 * number + 1, 7) + [0]
        + octal(0, 11) + [0] + octal(0, 11) + [0]
      let sum = (name + fields).reduce(8 * 32 + 48) { $0 + Int($1) }
      archive += name + [UInt8](repeating: 0, count: 93) + fields + octal(sum, 6) + [0, 32, 48]
      archive += [UInt8](repeating: 0, count: 512 - 157)
    }
    return archive + [UInt8](repeating: 0, count: 1024)
  }
}
