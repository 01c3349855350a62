import Digests
import Failures
import Logging
import OCI
import Synchronization
import Testing

@testable import Registry

/// A place that gives the bytes of a blob as a script says.
private final class ScriptedPlace: BlobPlace {
  enum Act: Sendable {
    /// Gives this many bytes from where it was asked to, then fails.
    case fail(after: Int)
    /// Gives everything from the beginning, whatever it was asked for.
    case whole
    /// Gives everything that was asked for.
    case rest
    /// Ends this many bytes after where it was asked to start.
    case end(after: Int)
    case refuse(RegistryError)
  }

  let name: String
  private let bytes: [UInt8]
  private let script: Mutex<[Act]>
  private let asked = Mutex<[UInt64]>([])

  init(_ bytes: [UInt8], _ script: [Act], name: String = "place") {
    self.bytes = bytes
    self.script = Mutex(script)
    self.name = name
  }

  var offsets: [UInt64] { asked.withLock { $0 } }

  func open(
    _ blob: Descriptor, at offset: UInt64
  ) async throws(RegistryError) -> (body: HTTPBody, start: UInt64) {
    asked.withLock { $0.append(offset) }
    let act = script.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    let broken = RegistryError.unreachable(registry: name, reason: "broken")
    switch act {
    case .refuse(let error): throw error
    case .whole: return (body(bytes[...], then: nil), 0)
    case .rest: return (body(bytes[Int(offset)...], then: nil), offset)
    case .end(let count): return (body(bytes[Int(offset)...].prefix(count), then: nil), offset)
    case .fail(let count): return (body(bytes[Int(offset)...].prefix(count), then: broken), offset)
    }
  }

  /// Bytes in pieces of three.
  private func body(_ bytes: ArraySlice<UInt8>, then error: RegistryError?) -> HTTPBody {
    let rest = Box(bytes)
    return HTTPBody {
      if let piece = rest.take(3) { return piece }
      if let error { throw error }
      return nil
    }
  }
}

private final class Box: Sendable {
  private let rest: Mutex<ArraySlice<UInt8>>

  init(_ rest: ArraySlice<UInt8>) { self.rest = Mutex(rest) }

  func take(_ count: Int) -> [UInt8]? {
    rest.withLock { rest in
      let piece = Array(rest.prefix(count))
      rest = rest.dropFirst(count)
      return piece.isEmpty ? nil : piece
    }
  }
}

@Suite("Blob downloads")
struct BlobDownloadTests {
  private let bytes = Array(UInt8(0)..<100)

  private var blob: Descriptor {
    Descriptor(mediaType: .ociLayer, digest: Digest.of(bytes.span.bytes), size: 100)
  }

  private func download(_ places: [ScriptedPlace], retries: Int = 2) async throws -> [UInt8] {
    let download = BlobDownload(
      blob, places: places, retries: retries, logger: Logger(label: "test"), clock: InstantClock())
    let stream = BlobStream { try await download.next() }
      .verified(against: blob, document: "layer 1")
    return try await stream.collect(limit: 1000, document: "layer 1")
  }

  @Test("a download goes on where it stopped")
  func resume() async throws {
    let place = ScriptedPlace(bytes, [.fail(after: 10), .end(after: 20), .fail(after: 0), .rest])
    #expect(try await download([place]) == bytes)
    #expect(place.offsets == [0, 10, 30, 30])
  }

  @Test("a place that always starts at the beginning is read past what is there already")
  func wholeAgain() async throws {
    let place = ScriptedPlace(bytes, [.fail(after: 50), .whole])
    #expect(try await download([place]) == bytes)
    #expect(place.offsets == [0, 50])
  }

  @Test("many failures are borne while there is progress, few without")
  func budget() async throws {
    let slow = ScriptedPlace(bytes, [.fail(after: 7)])
    #expect(try await download([slow]) == bytes)
    #expect(slow.offsets.count == 15)
    let stuck = ScriptedPlace(bytes, [.fail(after: 7), .fail(after: 0)])
    await #expect(throws: RegistryError.self) { try await download([stuck]) }
    #expect(stuck.offsets == [0, 7, 7])
  }

  @Test("a byte for each connection is no progress")
  func drops() async throws {
    let bytes = [UInt8](repeating: 7, count: 1 << 20)
    let place = ScriptedPlace(bytes, [.fail(after: 1)])
    let download = BlobDownload(
      Descriptor(mediaType: .ociLayer, digest: Digest.of(bytes.span.bytes), size: 1 << 20),
      places: [place], retries: 2, logger: Logger(label: "test"), clock: InstantClock())
    await #expect(throws: RegistryError.self) {
      while try await download.next() != nil {}
    }
    #expect(place.offsets == [0, 1, 2])
  }

  @Test("another place goes on where the first was given up")
  func nextPlace() async throws {
    let missing = ScriptedPlace(bytes, [.refuse(.notFound("blob", reason: ""))])
    let broken = ScriptedPlace(bytes, [.fail(after: 40), .fail(after: 0)])
    let good = ScriptedPlace(bytes, [.rest])
    #expect(try await download([missing, broken, good]) == bytes)
    #expect(missing.offsets == [0])
    #expect(broken.offsets == [0, 40, 40])
    #expect(good.offsets == [40])
  }

  @Test("the last place's error is the one that is told")
  func lastError() async throws {
    let missing = ScriptedPlace(bytes, [.refuse(.notFound("blob", reason: ""))])
    let denied = RegistryError.unauthorized(repository: "r", source: nil, reason: "")
    let other = ScriptedPlace(bytes, [.refuse(denied)])
    await #expect(throws: denied) { try await download([missing, other]) }
  }

  @Test("wrong bytes, too few and too many fail at the end of the stream or before")
  func wrongBytes() async throws {
    var changed = bytes
    changed[99] = 0
    await #expect(throws: OCIError.self) {
      try await download([ScriptedPlace(changed, [.rest])])
    }
    await #expect(
      throws: OCIError.sizeMismatch(document: "layer 1", expected: 100, actual: 102)
    ) { try await download([ScriptedPlace(bytes + [1, 2], [.rest])]) }
    await #expect(throws: RegistryError.self) {
      try await download([ScriptedPlace(Array(bytes.dropLast()), [.rest])])
    }
  }

  @Test("an empty blob is read")
  func empty() async throws {
    let blob = Descriptor(mediaType: .ociLayer, digest: Digest.of([UInt8]().span.bytes), size: 0)
    let download = BlobDownload(
      blob, places: [ScriptedPlace([], [.rest])], retries: 0, logger: Logger(label: "test"))
    #expect(try await download.next() == nil)
    #expect(try await download.next() == nil)
  }

  @Test("a verified stream that failed never ends as if it were good")
  func failureStays() async throws {
    let wrong = Descriptor(mediaType: .ociLayer, digest: blob.digest, size: 3)
    let pieces = Box(bytes[...])
    var iterator = BlobStream { pieces.take(200) }
      .verified(against: wrong, document: "it").makeAsyncIterator()
    for _ in 0..<3 {
      var failed = false
      do { _ = try await iterator.next() } catch { failed = true }
      #expect(failed)
    }
  }
}
