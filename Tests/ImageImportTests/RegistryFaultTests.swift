import Failures
import ImageSamples
import Linux
import Logging
import OCI
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

/// Importing from registries that fail: every fault in every part of an image, once and always.
@Suite("An import from a registry that fails", .timeLimit(.minutes(5)))
struct RegistryFaultTests {
  private typealias Part = ServedImage.Part
  private typealias Step = FaultyRegistry.Step

  /// Some blocks of noise and a file of text.
  private static let layer = Result {
    try ArchivedLayer(
      ["a": SampleBytes.noise(60_000, seed: 1), "b": SampleBytes.text(9000, seed: 2)], form: .gzip)
  }

  /// What came of an import.
  private struct Outcome {
    var failure: Failure?
    var waits: [Duration]
    var log: [String]
  }

  private let image: ServedImage

  init() throws { image = ServedImage(try Self.layer.get()) }

  /// Imports from a registry and checks what must hold whatever happens: it ends, no secret is
  /// shown or stored, and without success nothing is published and nothing left.
  private func run(
    _ registry: FaultyRegistry, reference: String? = nil,
    options change: (inout RegistryOptions) -> Void = { _ in },
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Outcome {
    let fixture = try ImportFixture()
    let clock = ImpatientClock()
    var options = RegistryOptions()
    options.retries = 3
    options.clock = clock
    options.systemDirectory = "/nonexistent"
    options.credentials = .password(
      user: ServedImage.Secret.user, password: ServedImage.Secret.password)
    change(&options)
    let before = try fixture.store.newest()
    let start = ContinuousClock.now
    let events = RecordingLog()
    var shown: [String] = []
    var failure: Failure?
    do {
      let name = try SourceName(
        parsing: "docker://\(registry.host)/a/b\(reference ?? "@\(image.manifestDigest)")")
      let source = try name.open(options: options, logger: fixture.log.logger)
      let importer = Importer(fixture.store, logger: fixture.log.logger) {
        events.logger.info("\($0)")
      }
      do {
        let request = ImportRequest(names: ["x"], text: "import \(name)")
        shown.append("\(try await importer.run(request, from: source))")
        await source.close()
      } catch {
        await source.close()
        throw error
      }
    } catch {
      failure = Failure(presenting: error)
      shown += ["\(error)", String(reflecting: error), "\(Failure(presenting: error))"]
    }
    #expect(start.duration(to: .now) < .seconds(120), sourceLocation: sourceLocation)
    if failure == nil {
      #expect(try fixture.content("b", of: "x") == SampleBytes.text(9000, seed: 2))
    } else {
      #expect(try fixture.store.newest() == before, sourceLocation: sourceLocation)
    }
    #expect(try fixture.files("staging").isEmpty, sourceLocation: sourceLocation)
    let texts = shown + fixture.log.lines + events.lines + (try Self.contents(fixture.directory.path))
    for secret in ServedImage.Secret.all {
      #expect(!texts.contains { $0.contains(secret) }, sourceLocation: sourceLocation)
    }
    return Outcome(failure: failure, waits: clock.waits, log: fixture.log.lines)
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

  /// A registry that answers for one part with a fault, so many times.
  private func registry(_ fault: RegistryFault, _ part: Part, times: Int) throws -> FaultyRegistry {
    try FaultyRegistry { [image] request, number in
      guard request.path == image.path(of: part), number < times else {
        return image.answer(request)
      }
      return fault.steps(image[part], path: request.path)
    }
  }

  @Test(
    "goes on where the fault passes, and ends with an error where it does not",
    arguments: RegistryFault.allCases, [Part.manifest, .config, .layer])
  func once(fault: RegistryFault, part: ServedImage.Part) async throws {
    let registry = try registry(fault, part, times: 1)
    let outcome = try await run(registry) { $0.idleTimeout = fault.idleTimeout }
    // A manifest has no size that anybody promised; more than 4 MiB are not worth another attempt.
    let isPassing = fault.isPassing && !(fault == .endless && part == .manifest)
    #expect((outcome.failure == nil) == isPassing, "\(String(describing: outcome.failure))")
    switch fault {
    case .tooManyForSeconds: #expect(outcome.waits.contains { (6...8).contains($0 / .seconds(1)) })
    case .tooManyUntilDate: #expect(outcome.waits.contains { (12...14).contains($0 / .seconds(1)) })
    case .tooManyForYears: #expect(outcome.waits.contains { (59...61).contains($0 / .seconds(1)) })
    default: #expect(outcome.waits.allSatisfy { $0 < .seconds(2) })
    }
  }

  @Test(
    "gives up a fault that stays, soon and with an error that names the registry or the blob",
    arguments: RegistryFault.allCases, [Part.manifest, .config, .layer])
  func always(fault: RegistryFault, part: ServedImage.Part) async throws {
    let registry = try registry(fault, part, times: .max)
    let outcome = try await run(registry) { $0.idleTimeout = fault.idleTimeout }
    let failure = try #require(outcome.failure)
    #expect(failure.code != .internalError, "\(failure)")
    let isNamed = ["\(registry.host)", "a/b", "sha256:", "manifest", "config", "layer"].contains {
      "\(failure)".contains($0)
    }
    #expect(isNamed, "\(failure)")
    let asked = registry.requests.count { $0.path == image.path(of: part) }
    #expect(asked <= 12, "it was asked for \(asked) times")
  }
}
