import Accounting
import ArgumentParser
import Digests
import FoundationEssentials
import ImageSamples
import Store
import StoreSimulation
import SystemPackage
import Testing

@testable import Commands

@Suite("firn du")
struct DuCommandTests {
  private struct Fixture {
    let directory: TemporaryDirectory
    let store: Store
    let path: String

    init() throws {
      directory = try TemporaryDirectory()
      path = directory.path.appending("store").string
      store = try Store.create(
        at: PosixDirectory(FilePath(path)), parameters: testParameters)
      try Sample("one", blocks: [1, 2]).publish(to: store, names: ["one", "uno"])
      try Sample("two", blocks: [2, 3]).publish(to: store)
    }

    func usage(of names: Set<String> = []) throws -> StoreUsage {
      try StoreUsage(
        of: store, images: { names.isEmpty || !names.isDisjoint(with: $0.names) },
        countingFiles: names.isEmpty)
    }
  }

  @Test("prints a line for each image, one for all, the files and the blocks")
  func tables() throws {
    let fixture = try Fixture()
    let lines = UsageReport(try fixture.usage()).lines
    let words = lines.map { $0.split(separator: " ").map(String.init) }
    #expect(
      words[0] == ["IMAGE", "LOGICAL", "STORED", "UNIQUE", "SHARED", "RECLAIMABLE"])
    #expect(words[1].prefix(2) == ["one", "(+1)"])
    #expect(words[2].first == "two")
    #expect(words[3].prefix(2) == ["2", "images"])
    #expect(words[3].last == "-")
    for area in StoreArea.allCases where area != .root {
      #expect(words.contains { $0.first == area.rawValue }, "\(area)")
    }
    #expect(words.contains(["FILES", "COUNT", "SIZE"]))
    #expect(words.contains(["BLOCKS", "COUNT", "SIZE"]))
    #expect(words.last?.prefix(3) == ["of", "no", "image"])
    #expect(Set(lines.prefix(4).map(\.count)).count == 1)
  }

  @Test("prints only the images that were named")
  func named() throws {
    let fixture = try Fixture()
    let lines = UsageReport(try fixture.usage(of: ["two"])).lines
    #expect(lines.count == 2)
    #expect(lines[1].hasPrefix("two"))
  }

  @Test("prints sizes that add up as JSON")
  func json() throws {
    let fixture = try Fixture()
    let data = try JSONEncoder().encode(UsageObject(try fixture.usage()))
    let object = try JSONDecoder().decode(Decoded.self, from: data)
    #expect(object.images.map(\.names) == [["one", "uno"], ["two"]])
    for image in object.images {
      #expect(image.readable)
      #expect(image.stored == image.unique + image.shared)
      #expect(image.reclaimable >= image.object)
      #expect(image.logical > 0)
    }
    let store = try #require(object.store)
    #expect(store.files["packs"]?.count == 2)
    #expect(store.files.values.reduce(0) { $0 + $1.size } == store.size)
    #expect(store.inUse.size > 0)
    #expect(store.total.stored == store.total.unique + store.total.shared)
    let one = try JSONEncoder().encode(UsageObject(try fixture.usage(of: ["one"])))
    let decoded = try JSONDecoder().decode(Decoded.self, from: one)
    #expect(decoded.store == nil)
  }

  @Test("says which image cannot be read, and the rest all the same")
  func unreadable() throws {
    let fixture = try Fixture()
    let image = try fixture.store.newest().image("two")
    try fixture.store.removeIfPresent(StorePath(.images, image.object.hex))
    let report = UsageReport(try fixture.usage())
    #expect(report.lines[2].hasSuffix("?"))
    #expect(report.warnings.count == 1)
    #expect(report.warnings[0].contains("two"))
    let data = try JSONEncoder().encode(UsageObject(try fixture.usage()))
    #expect(String(decoding: data, as: UTF8.self).contains("\"readable\":false"))
  }

  @Test("refuses an image that is not there")
  func unknown() throws {
    let fixture = try Fixture()
    var command = try DuCommand.parseAsRoot(["--store", fixture.path, "three"])
    #expect(throws: StoreError.self) { try command.run() }
  }

  private struct Decoded: Decodable {
    struct Image: Decodable {
      let names: [String]
      let logical, object, stored, unique, shared, reclaimable: UInt64
      let readable: Bool
    }
    struct Files: Decodable {
      let count: Int
      let size: UInt64
    }
    struct Blocks: Decodable {
      let size: UInt64
    }
    struct Total: Decodable {
      let stored, unique, shared: UInt64
    }
    struct Store: Decodable {
      let files: [String: Files]
      let size: UInt64
      let inUse, removed, dead: Blocks
      let total: Total
    }
    let images: [Image]
    let store: Store?
  }
}
