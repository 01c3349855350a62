import Compression
import Failures
import Linux
import StoreSimulation
import SystemPackage
import Testing

@testable import Store

@Suite("Making and opening a store")
struct StoreCreationTests {
  @Test("a new store can be opened, is empty and has nothing wrong")
  func create() throws {
    let (store, directory) = try memoryStore()
    let opened = try Store.open(directory, surroundings: testSurroundings())
    #expect(opened.description == store.description)
    #expect(try opened.newest().generation == 1)
    #expect(try opened.newest().images.isEmpty)
    #expect(store.description.id.count == 32)
    #expect(directory.leftovers.isEmpty)
    #expect(store.check(.data) == [])
  }

  @Test("firn.json is linked last")
  func order() throws {
    let (_, directory) = try memoryStore()
    let links = directory.operations.filter { $0.hasPrefix("link") }
    #expect(links == ["link generations/1", "link firn.json"])
  }

  @Test("a second store is not made in the place of the first")
  func twice() throws {
    let (_, directory) = try memoryStore()
    #expect(throws: StoreError.alreadyAStore("/memory")) {
      try Store.create(at: directory, parameters: testParameters, surroundings: testSurroundings())
    }
  }

  @Test("a directory that is no store is not taken for one")
  func notAStore() {
    #expect(throws: StoreError.notAStore("/memory")) { try Store.open(MemoryDirectory()) }
    let missing = PosixDirectory("/nonexistent/store")
    #expect(throws: StoreError.notAStore("/nonexistent/store")) { try Store.open(missing) }
  }

  @Test(
    "parameters that make no store are refused",
    arguments: [
      StoreParameters(blockSize: 5000, level: 3), StoreParameters(blockSize: 2048, level: 3),
      StoreParameters(blockSize: 1 << 21, level: 3), StoreParameters(blockSize: 0, level: 3),
      StoreParameters(level: 99), StoreParameters(compressor: .lzo, level: 1),
    ])
  func parameters(_ parameters: StoreParameters) throws {
    let directory = MemoryDirectory()
    let error = #expect(throws: StoreError.self) {
      try Store.create(at: directory, parameters: parameters, surroundings: testSurroundings())
    }
    guard case .invalidParameters = try #require(error) else {
      Issue.record("another error: \(error as Any)")
      return
    }
    #expect(directory.operations.isEmpty)
  }

  private func store(_ features: FeatureFlags) throws -> MemoryDirectory {
    let directory = MemoryDirectory()
    _ = try? Store.create(
      at: directory, parameters: testParameters, surroundings: testSurroundings())
    directory.tamper(.description) { bytes in
      guard var described = try? SealedText.decode(StoreDescription.self, from: bytes) else {
        return
      }
      described.features = features
      bytes = (try? SealedText.encode(described)) ?? []
    }
    return directory
  }

  @Test("a feature nobody knows keeps this program out, and is named")
  func incompatible() throws {
    let directory = try store(FeatureFlags(incompatible: ["erasure-coding"]))
    #expect(throws: StoreError.unknownFeatures(["erasure-coding"], writing: false)) {
      try Store.open(directory)
    }
    let text = StoreError.unknownFeatures(["erasure-coding"], writing: false).description
    #expect(text.contains("erasure-coding"))
    #expect(StoreError.unknownFeatures([""], writing: false).failure.code == .storeUnsupported)
  }

  @Test("a feature that forbids writing lets this program read")
  func readOnly() throws {
    let directory = try store(FeatureFlags(readOnlyCompatible: ["access-lists"]))
    let opened = try Store.open(directory, surroundings: testSurroundings())
    #expect(try opened.newest().generation == 1)
    let refusal = StoreError.unknownFeatures(["access-lists"], writing: true)
    #expect(throws: refusal) { try opened.stage(purpose: "test") }
    #expect(throws: refusal) { try opened.publish("test") { $0 } }
    #expect(directory.leftovers.isEmpty)
  }

  @Test("a feature that is compatible does not matter")
  func compatible() throws {
    let directory = try store(FeatureFlags(compatible: ["colours"]))
    let opened = try Store.open(directory, surroundings: testSurroundings())
    try Sample("a").publish(to: opened)
    #expect(opened.check(.data) == [])
  }

  @Test("another format version is refused by number")
  func version() throws {
    let (_, directory) = try memoryStore()
    directory.tamper(.description) { bytes in
      guard var described = try? SealedText.decode(StoreDescription.self, from: bytes) else {
        return
      }
      described.version = 2
      bytes = (try? SealedText.encode(described)) ?? []
    }
    #expect(throws: StoreError.unknownVersion(2)) { try Store.open(directory) }
  }

  @Test("a directory with other things in it is left alone")
  func notEmpty() throws {
    let directory = MemoryDirectory()
    try directory.makeDirectory(.root)
    _ = try directory.create(StorePath(.root, "thesis.tex"))
    #expect(throws: StoreError.notEmpty("/memory")) {
      try Store.create(at: directory, parameters: testParameters, surroundings: testSurroundings())
    }
    #expect(directory.paths == [StorePath(.root, "thesis.tex")])
  }
}
