import Failures
import ImageSamples
import Linux
import Logging
import Store
import Synchronization
import SystemPackage
import Testing

@testable import ImageImport
@testable import Registry
@testable import Transports

/// Waits for nothing, and remembers for how long it should have waited.
private final class ImpatientClock: Clock {
  private let kept = Mutex<[Duration]>([])

  var waits: [Duration] { kept.withLock { $0 } }
  var now: ContinuousClock.Instant { ContinuousClock.now }
  var minimumResolution: Duration { .zero }

  func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
    let wait = ContinuousClock.now.duration(to: deadline)
    kept.withLock { $0.append(wait) }
    await Task.yield()
  }
}

/// An import from a registry, with what must hold whatever happens: it ends, no secret is shown or
/// stored, and without success nothing is published and nothing left.
struct FaultyImport {
  /// Why it failed, if it did.
  private(set) var failure: Failure?
  /// How long it should have waited between attempts.
  private(set) var waits: [Duration] = []
  /// What was logged.
  private(set) var log: [String] = []

  /// A file of the image.
  private static let text = SampleBytes.text(3000, seed: 2)

  private static let archive = Result {
    try ArchivedLayer(["a": SampleBytes.noise(10_000, seed: 1), "b": text], form: .gzip)
  }

  /// The layer of the image: some blocks of noise and a file of text.
  static func layer() throws -> ArchivedLayer { try archive.get() }

  /// An image that can be imported.
  static func image() throws -> ServedImage { ServedImage(try layer()) }

  /// Imports an image, by its digest unless another reference is given.
  init(
    _ registry: FaultyRegistry, of image: ServedImage, reference: String? = nil,
    options change: (inout RegistryOptions) -> Void = { _ in },
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let fixture = try ImportFixture()
    let clock = ImpatientClock()
    let options = Self.options(clock, change)
    let before = try fixture.store.newest()
    let start = ContinuousClock.now
    var texts: [String] = []
    do {
      let name = "docker://\(registry.host)/a/b\(reference ?? "@\(image.manifestDigest)")"
      texts.append(try await Self.run(name, options, fixture))
      #expect(try fixture.content("b", of: "x") == Self.text, sourceLocation: sourceLocation)
    } catch {
      failure = Failure(presenting: error)
      texts += ["\(error)", String(reflecting: error), "\(Failure(presenting: error))"]
      #expect(try fixture.store.newest() == before, sourceLocation: sourceLocation)
    }
    #expect(start.duration(to: .now) < .seconds(120), sourceLocation: sourceLocation)
    #expect(try fixture.files("staging").isEmpty, sourceLocation: sourceLocation)
    texts += fixture.log.lines + (try Self.contents(fixture.directory.path))
    for secret in ServedImage.Secret.all {
      #expect(!texts.contains { $0.contains(secret) }, sourceLocation: sourceLocation)
    }
    waits = clock.waits
    log = fixture.log.lines
  }

  private static func options(
    _ clock: ImpatientClock, _ change: (inout RegistryOptions) -> Void
  ) -> RegistryOptions {
    var options = RegistryOptions()
    // A machine with much to do is slow itself.
    options.idleTimeout = .seconds(30)
    options.retries = 3
    options.clock = clock
    options.systemDirectory = "/nonexistent"
    options.credentials = .password(
      user: ServedImage.Secret.user, password: ServedImage.Secret.password)
    change(&options)
    return options
  }

  /// Imports as `x`; returns what is shown at the end.
  private static func run(
    _ name: String, _ options: RegistryOptions, _ fixture: ImportFixture
  ) async throws -> String {
    let source = try SourceName(parsing: name).open(options: options, logger: fixture.log.logger)
    let importer = Importer(fixture.store, logger: fixture.log.logger)
    do {
      let request = ImportRequest(names: ["x"], text: "import \(name)")
      let summary = try await importer.run(request, from: source) {
        fixture.log.logger.info("\($0)")
      }
      await source.close()
      return "\(summary)"
    } catch {
      await source.close()
      throw error
    }
  }

  /// All files of a store as text.
  private static func contents(_ directory: FilePath) throws -> [String] {
    try Paths.list(directory).flatMap { name in
      let path = directory.appending(name)
      guard try FileStatus(of: path, followingLinks: false).kind == .directory else {
        return [String(decoding: try readBytes(path), as: UTF8.self)]
      }
      return try contents(path)
    }
  }
}
