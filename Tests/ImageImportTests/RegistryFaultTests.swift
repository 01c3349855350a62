import Failures
import Registry
import Testing

/// Importing from registries that fail: every fault in every part of an image, once and always.
@Suite("An import from a registry that fails", .timeLimit(.minutes(5)))
struct RegistryFaultTests {
  private typealias Part = ServedImage.Part
  private typealias Step = FaultyRegistry.Step

  private let image: ServedImage

  init() throws { image = try FaultyImport.image() }

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
    let outcome = try await FaultyImport(registry, of: image) { $0.idleTimeout = fault.idleTimeout }
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
    let outcome = try await FaultyImport(registry, of: image) { $0.idleTimeout = fault.idleTimeout }
    let failure = try #require(outcome.failure)
    #expect(failure.code != .internalError, "\(failure)")
    let isNamed = ["127.0.0.1:", "a/b", "sha256:", "manifest", "config", "layer"].contains {
      "\(failure)".contains($0)
    }
    #expect(isNamed, "\(failure)")
    let asked = registry.requests.count { $0.path == image.path(of: part) }
    #expect(asked <= 12, "it was asked for \(asked) times")
  }

  @Test(
    "a registry that is not there, is none, or is stuck from the start is an error soon",
    arguments: [
      RegistryFault.closeBeforeHead, .stallBeforeHead, .noise, .notFound, .unavailable,
    ])
  func firstContact(fault: RegistryFault) async throws {
    let registry = try FaultyRegistry { _, _ in fault.steps([0x20], path: "/") }
    let outcome = try await FaultyImport(registry, of: image) { $0.idleTimeout = fault.idleTimeout }
    #expect(outcome.failure?.code == .registryUnreachable)
    #expect(registry.requests.count <= 3)
  }
}
