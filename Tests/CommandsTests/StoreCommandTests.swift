import ArgumentParser
import Compression
import Failures
import ImageSamples
import ImageTree
import Store
import SystemPackage
import Testing

@testable import Commands

@Suite("Commands that change a store")
struct StoreCommandTests {
  @Test("make one with the parameters that were asked for")
  func create() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path.appending("new")
    var command = try InitCommand.parse([
      path.string, "--block-size", "1M", "--compressor", "gzip", "--level", "3",
    ])
    try command.run()
    let store = try Store.open(PosixDirectory(path))
    #expect(store.parameters == StoreParameters(blockSize: 1 << 20, compressor: .gzip, level: 3))
    command = try InitCommand.parse([path.string])
    #expect(throws: StoreError.self) { try command.run() }
    #expect(store.check().isEmpty)
  }

  @Test(
    "make none of impossible parameters, and leave nothing",
    arguments: [
      ["--block-size", "3K"], ["--block-size", "2M"], ["--block-size", "2K"], ["--level", "99"],
      ["--level=-100"], ["--compressor", "gzip", "--level", "0"],
    ])
  func impossible(options: [String]) throws {
    let directory = try TemporaryDirectory()
    let path = directory.path.appending("new")
    let command = try InitCommand.parse([path.string] + options)
    let error = #expect(throws: (any Error).self) { try command.run() }
    #expect(error is any FailureConvertible)
    #expect(throws: StoreError.self) { _ = try Store.open(PosixDirectory(path)) }
  }

  @Test("tag an image, and move a name")
  func tag() throws {
    let fixture = try TwoImageStore()
    try fixture.run(TagCommand.self, "one", "three")
    #expect(try fixture.names == [["one", "three", "uno"], ["two"]])
    try fixture.run(TagCommand.self, "two", "one")
    #expect(try fixture.names == [["three", "uno"], ["one", "two"]])
    #expect(throws: StoreError.self) { try fixture.run(TagCommand.self, "none", "four") }
    #expect(throws: StoreError.self) { try fixture.run(TagCommand.self, "one", "bad name") }
    #expect(fixture.store.check().isEmpty)
  }

  @Test("remove a name, and the image with its last name")
  func removeNames() throws {
    let fixture = try TwoImageStore()
    try fixture.run(RemoveCommand.self, "one")
    #expect(try fixture.names == [["uno"], ["two"]])
    try fixture.run(RemoveCommand.self, "uno")
    #expect(try fixture.names == [["two"]])
  }

  @Test("remove an image by its id, with all its names")
  func removeID() throws {
    let fixture = try TwoImageStore()
    let image = try fixture.store.newest().image("one")
    try fixture.run(RemoveCommand.self, String(image.id.prefix(12)))
    #expect(try fixture.names == [["two"]])
  }

  @Test("remove everything that was named, or nothing")
  func allOrNothing() throws {
    let fixture = try TwoImageStore()
    #expect(throws: StoreError.self) {
      try fixture.run(RemoveCommand.self, "one", "nothing")
    }
    #expect(try fixture.names == [["one", "uno"], ["two"]])
    try fixture.run(RemoveCommand.self, "one", "uno", "two")
    #expect(try fixture.names.isEmpty)
    #expect(fixture.store.check().isEmpty)
  }

  @Test("find the image that was named, and say which was not there")
  func opened() throws {
    let fixture = try TwoImageStore()
    let opened = try OpenedImage("uno", in: fixture.store)
    #expect(opened.record.names == ["one", "uno"])
    #expect(opened.image.rootBlobSize % 4096 == 0)
    let error = #expect(throws: StoreError.self) {
      _ = try OpenedImage("nothing", in: fixture.store)
    }
    #expect(error?.failure.code == .imageNotFound)
  }

  @Test("without a store that is one are refused")
  func noStore() throws {
    let directory = try TemporaryDirectory()
    var command = try TagCommand.parseAsRoot(["--store", directory.path.string, "a", "b"])
    let error = #expect(throws: StoreError.self) { try command.run() }
    #expect(error?.failure.code == .storeNotFound)
  }
}
