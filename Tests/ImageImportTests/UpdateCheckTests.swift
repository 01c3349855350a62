import Digests
import Failures
import ImageSamples
import Linux
import OCI
import Registry
import Store
import SystemPackage
import Testing
import Transports

@testable import ImageImport

@Suite("Asking for something newer")
struct UpdateCheckTests {
  private let fixture: ImportFixture
  private let source: StubSource
  private let name = "quay.io/team/tool:1"

  init() async throws {
    fixture = try ImportFixture()
    source = try StubSource([try ArchivedLayer(["a": SampleBytes.noise(9000, seed: 1)])])
    try await fixture.run(source, as: [name])
  }

  private func failure(_ name: String) async throws -> Failure? {
    do {
      _ = try await UpdateCheck(fixture.store).run(name) { _ in source }
      return nil
    } catch { return Failure(presenting: error) }
  }

  @Test("finds the same image current, another newer, by digest, and changes nothing")
  func states() async throws {
    let before = try fixture.store.newest()
    let same = try await UpdateCheck(fixture.store).run(name) {
      #expect("\($0)" == "docker://\(name)")
      return source
    }
    #expect(!same.isNewer)
    #expect(same.source == "docker://\(name)" && same.id == before.images[0].id)
    #expect(same.digest == source.image.manifest.digest)
    let other = try StubSource([try ArchivedLayer(["a": [1]])], label: "newer")
    let newer = try await UpdateCheck(fixture.store).run(name) { _ in other }
    #expect(newer.isNewer && newer.digest == other.image.manifest.digest)
    #expect(other.fetched.value == 0)
    #expect(try fixture.store.newest() == before)
    #expect(try fixture.files("staging").isEmpty)
  }

  @Test("follows the origin of the name, and that of all names for what has none")
  func origins() async throws {
    var request = ImportRequest(names: ["mine"], text: "import")
    request.origin = ImageOrigin(try SourceName(parsing: "docker://\(name)"), platform: nil)
    try await fixture.run(source, request)
    let id = try fixture.store.newest().images[0].id
    for text in ["mine", name, id, String(id.prefix(12))] {
      let found = try await UpdateCheck(fixture.store).run(text) { _ in source }
      #expect(found.name == text && found.source == "docker://\(name)")
    }
    request.names = ["other"]
    request.origin = ImageOrigin(try SourceName(parsing: "quay.io/other:1"), platform: nil)
    try await fixture.run(source, request)
    #expect(try await failure("other") == nil)
    let several = try await failure(id)
    #expect(several?.code == .sourceNotFound)
    #expect(several?.cause?.contains("2 places") == true)
  }

  private func runLocal(_ names: [String]) async throws {
    var request = ImportRequest(names: names, text: "import")
    request.isLocal = true
    try await fixture.run(source, request)
  }

  @Test("asks nobody about a name that came from files, whatever it and the others look like")
  func files() async throws {
    let id = try fixture.store.newest().images[0].id
    try await runLocal(["quay.io/team/copy:1", "copy"])
    for text in ["quay.io/team/copy:1", "copy"] {
      let failure = try await failure(text)
      #expect(failure?.code == .sourceNotFound)
      #expect(failure?.sentence == "'\(text)' came from files, so there is no registry to ask")
    }
    // The registry's own name is what it was, also when files give it to the same image again.
    try await runLocal([name])
    #expect(try await failure(name) == nil)
    #expect(try await failure(id)?.cause == "its names came from 2 places")
    // Another image under the name came from files, and from a registry only when it does.
    let other = try StubSource([try ArchivedLayer(["b": [2]])], label: "other")
    var request = ImportRequest(names: [name], text: "import")
    request.isLocal = true
    try await fixture.run(other, request)
    #expect(try await failure(name)?.sentence.contains("came from files") == true)
    #expect(
      try await failure(try fixture.store.newest().image(name).id)?.sentence
        .contains("came from files") == true)
    request.isLocal = false
    request.origin = ImageOrigin(try SourceName(parsing: "docker://\(name)"), platform: nil)
    try await fixture.run(other, request)
    #expect(try await failure(name) == nil)
  }

  @Test("does not suspect the spelling of a tag that was there once")
  func deleted() async throws {
    do {
      _ = try await UpdateCheck(fixture.store).run(name) { _ in AbsentSource() }
      Issue.record("it was found")
    } catch {
      let failure = Failure(presenting: error)
      #expect(failure.code == .sourceNotFound)
      #expect(failure.sentence == "the registry has no image")
      #expect(failure.nextStep?.hasPrefix("It was deleted or renamed there") == true)
    }
  }

  @Test("says so where nobody knows where an image came from, or there is none")
  func unknown() async throws {
    let local = try StubSource([try ArchivedLayer(["b": [2]])], label: "local")
    try await fixture.run(local, as: ["local"])
    #expect(try await failure("local")?.code == .sourceNotFound)
    #expect(try await failure("nothing")?.code == .imageNotFound)
  }
}

/// A registry that does not have the image any more.
private struct AbsentSource: ImageSource {
  let description = "absent:image"
  let requestCount = 1

  func resolve(platform: Platform?) async throws(TransportError) -> ResolvedImage {
    throw .registry(.notFound("image", reason: "manifest unknown"))
  }

  func blob(_ layer: ImageLayer) async throws(TransportError) -> BlobStream {
    throw .registry(.notFound("blob", reason: "blob unknown"))
  }

  func close() async {}
}

@Suite("Documents that the store has")
struct KnownDocumentsTests {
  @Test("are found by digest, the image's own only, and read once")
  func find() async throws {
    let fixture = try ImportFixture()
    let source = try StubSource([try ArchivedLayer(["a": [1, 2, 3]])])
    try await fixture.run(source, as: ["x"])
    let known = KnownDocuments(fixture.store, try fixture.store.newest())
    let image = source.image
    #expect(known.document(image.manifest.digest) == image.manifest.bytes)
    #expect(known.document(image.configDocument.digest) == image.configDocument.bytes)
    #expect(known.document(image.layers[0].descriptor.digest) == nil)
    let object = try fixture.store.newest().images[0].object
    let path = fixture.directory.path.appending("store/images/\(object.hex)")
    try Paths.unlink(path)
    #expect(known.document(image.manifest.digest) == image.manifest.bytes)
    let other = KnownDocuments(fixture.store, try fixture.store.newest())
    #expect(other.document(image.manifest.digest) == nil)
  }
}
