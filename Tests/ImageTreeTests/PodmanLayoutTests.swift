import AdditionalImageStore
import Digests
import FUSE
import ImageSamples
import OCI
import Store
import SystemPackage
import Testing

@testable import ImageTree

@Suite("The layout that Podman reads")
struct PodmanLayoutTests {
  @Test(
    "names layers in layers.json that are there, with diff and link",
    arguments: TreeFixture.callers)
  func layers(caller: Caller) throws {
    let fixture = try TreeFixture()
    let text = try fixture.content("overlay-layers/layers.json", caller)
    let layers = try #require(try JSONValue(parsing: text).array)
    #expect(layers.count == (caller.uid == 1000 ? 4 : 2))
    for layer in layers {
      let id = try #require(layer["id"]?.string)
      let link = String(decoding: try fixture.content("overlay/\(id)/link", caller), as: UTF8.self)
      let target = try fixture.find("overlay/l/\(link)", caller)
      #expect(
        try fixture.tree.linkTarget(of: target.node, caller: caller)
          == Array("../\(id)/diff".utf8))
      #expect(try fixture.find("overlay/\(id)/diff", caller).attributes.kind == .directory)
      #expect(layer["uidmap"] == nil || caller.uid == 1000)
    }
    #expect(Set(layers.map { $0["id"]?.string }).count == layers.count)
  }

  @Test(
    "names images in images.json whose layers and documents are there",
    arguments: TreeFixture.callers)
  func images(caller: Caller) throws {
    let fixture = try TreeFixture()
    let text = try fixture.content("overlay-images/images.json", caller)
    let images = try #require(try JSONValue(parsing: text).array)
    #expect(images.count == 2)
    for image in images {
      let id = try #require(image["id"]?.string)
      let layer = try #require(image["layer"]?.string)
      _ = try fixture.find("overlay/\(layer)/diff", caller)
      for mapped in image["mapped-layers"]?.array ?? [] {
        _ = try fixture.find("overlay/\(try #require(mapped.string))/diff", caller)
      }
      let keys = try #require(image["big-data-names"]?.array).compactMap(\.string)
      #expect(keys.count == 3)
      for key in keys {
        let path = "overlay-images/\(id)/\(DataKey.fileName(for: key))"
        let bytes = try fixture.content(path, caller)
        #expect(image["big-data-digests"]?[key]?.string == "\(Digest.of(bytes.span.bytes))")
        #expect(image["big-data-sizes"]?[key] == .int(UInt64(bytes.count)))
      }
    }
  }

  @Test("has lock files of 64 bytes that change with the documents and are equal")
  func locks() throws {
    let fixture = try TreeFixture()
    let caller = TreeFixture.user
    func cookies() throws -> [[UInt8]] {
      [
        try fixture.content("overlay-images/images.lock", caller),
        try fixture.content("overlay-layers/layers.lock", caller),
      ]
    }
    let before = try cookies()
    #expect(before[0].count == 64)
    #expect(before[0] == before[1])
    let next = try fixture.catalog.removing(name: "tool").stamped(2)
    _ = fixture.tree.update(to: next, from: fixture.store)
    let after = try cookies()
    #expect(after[0].count == 64)
    #expect(after[0] == after[1])
    #expect(after[0] != before[0])
  }

  @Test("shows the original documents by name, and one's own rewritten ones to Podman")
  func documents() throws {
    let fixture = try TreeFixture()
    let caller = TreeFixture.plain
    let config = try fixture.tree.content(
      of: try fixture.tree.find("images/tool/config.json", caller: caller), caller: caller)
    #expect(Digest.of(config.span.bytes).hex == fixture.id)
    let manifest = try fixture.tree.content(
      of: try fixture.tree.find("images/tool/manifest.json", caller: caller), caller: caller)
    #expect(fixture.record.digests.contains("\(Digest.of(manifest.span.bytes))"))
    let shown = try fixture.content("overlay-images/\(fixture.id)/manifest", caller)
    let layers = try #require(try JSONValue(parsing: shown)["layers"]?.array)
    #expect(layers.count == 1)
    #expect(layers[0]["digest"]?.string == fixture.rootDigest)
  }

  @Test("reads documents at any offset")
  func parts() throws {
    let fixture = try TreeFixture()
    let caller = TreeFixture.root
    for path in ["overlay-images/images.json", "overlay-layers/layers.lock"] {
      let entry = try fixture.find(path, caller)
      let whole = try fixture.tree.content(of: entry, caller: caller)
      for offset in [0, 1, 63, whole.count - 1, whole.count, whole.count + 1] {
        let part = try fixture.tree.read(
          entry.node, at: UInt64(offset), count: 10, caller: caller)
        #expect(part.copied() == Array(whole.dropFirst(offset).prefix(10)))
      }
    }
  }

  @Test("can be listed without reading an image object")
  func lazy() throws {
    let fixture = try TreeFixture()
    for caller in TreeFixture.callers {
      _ = try fixture.content("overlay-images/images.json", caller)
      _ = try fixture.content("overlay-layers/layers.json", caller)
      for path in ["overlay", "overlay/l", "overlay-images", "overlay-layers"] {
        let directory = try fixture.find(path, caller)
        for entry in try fixture.tree.allEntries(of: directory.node, caller: caller) {
          if entry.name.first == 46 { continue }
          _ = try fixture.tree.lookup(entry.name.span.bytes, in: directory.node, caller: caller)
        }
      }
      _ = try fixture.find("overlay-images/\(fixture.id)/manifest", caller)
    }
    #expect(fixture.store.count(.object) == 0)
    _ = try fixture.find("overlay/\(fixture.layerID)/diff", TreeFixture.user)
    _ = try fixture.find("overlay/\(fixture.layerID)/diff", TreeFixture.plain)
    #expect(fixture.store.count(.object) == 1)
  }

  @Test("of an object that cannot be read says EIO, and works when it can be read")
  func failingObject() throws {
    let fixture = try TreeFixture()
    let caller = TreeFixture.user
    fixture.store.fail(.object)
    #expect(throws: Errno.ioError) {
      _ = try fixture.find("overlay/\(fixture.layerID)/diff", caller)
    }
    #expect(try !fixture.content("overlay-images/images.json", caller).isEmpty)
    fixture.store.fail(.object, false)
    #expect(try !fixture.find("overlay/\(fixture.layerID)/diff", caller).isNegative)
  }
}
