import Digests
import StoreSimulation
import SystemPackage
import Testing

@testable import Store

@Suite("What a file says of its writer")
struct OriginTests {
  private let store: Store
  private let directory: MemoryDirectory
  private let staging: StagingArea
  private let paths: [StorePath]
  private let object: SHA256Digest

  init() throws {
    (store, directory) = try memoryStore()
    staging = try store.stage(purpose: "test")
    let linked = try Sample("a").link(store, staging)
    let sealed = try #require(linked.sealed)
    object = try staging.write(linked.object)
    let run = try #require(try staging.writeIndexRun(of: [sealed]))
    paths = [
      StorePath(.packs, sealed.record.id.description), StorePath(.images, object.hex),
      StorePath(.index, run.id.hex),
    ]
  }

  @Test("is the token of its staging area, and its size")
  func token() throws {
    for path in paths {
      let size = UInt64(try #require(directory.bytes(path)).count)
      #expect(try store.origin(of: path) == FileOrigin(size: size, writer: staging.owner.token))
    }
    #expect(try store.layers(ofObject: object) == store.imageObject(object).layers)
  }

  @Test("is read with a few small reads, not the whole file")
  func cost() throws {
    let reads = OperationCounter()
    let counted = try Store.open(reads.directory(directory), surroundings: testSurroundings())
    for path in paths { _ = try counted.origin(of: path) }
    #expect(reads.opens == 3)
    #expect(reads.wholeReads == 1, "firn.json")
    #expect(reads.reads <= 11)
  }

  @Test("is nothing for a file that is not there")
  func missing() throws {
    for area in [StoreArea.packs, .images, .index] {
      #expect(try store.origin(of: StorePath(area, testDigest(1).hex)) == nil)
    }
    #expect(throws: StoreError.missing(StorePath(.images, testDigest(1).hex))) {
      _ = try store.layers(ofObject: testDigest(1))
    }
  }

  @Test("is unknown or right whichever byte of the file is wrong, and when it is cut anywhere")
  func damage() throws {
    for path in paths {
      let bytes = try #require(directory.bytes(path))
      for position in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 700)) {
        directory.tamper(path) { $0[position] ^= 0x41 }
        let flipped = try #require(try store.origin(of: path))
        #expect(
          flipped.writer == nil || flipped.writer == staging.owner.token, "\(path) \(position)")
        directory.tamper(path) { $0 = Array(bytes.prefix(position)) }
        if path.area != .images {
          #expect(try store.origin(of: path)?.writer == nil, "\(path) cut at \(position)")
        }
        directory.tamper(path) { $0 = bytes }
      }
    }
  }

  @Test("is unknown in other areas, and when the file cannot be read")
  func others() throws {
    let path = StorePath(.staging, staging.owner.name)
    #expect(try store.origin(of: path)?.writer == nil)
    let failing = FaultyDirectory(directory, Fault(.every(.readOpen), .error(.ioError)))
    let other = try Store.open(failing, surroundings: testSurroundings())
    for path in paths { #expect(try other.origin(of: path)?.writer == nil) }
  }
}
