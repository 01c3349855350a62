import Digests
import FileTree
import StoreSimulation
import Testing

@testable import Store

@Suite("A layer recipe")
struct LayerRecipeTests {
  /// One entry of each kind.
  private func sample() throws -> LayerRecipe {
    let (store, _) = try memoryStore()
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    var recipe = try Sample("a").link(store, staging).recipe
    let xattrs = [
      ExtendedAttribute(name: "user.b", value: [0, 255]),
      ExtendedAttribute(name: "security.capability", value: []),
    ]
    let attributes = Attributes(
      mode: 0o4755, uid: .max, gid: 3, mtime: .max, xattrs: xattrs)
    let device = DeviceNumber(major: 8, minor: 1_048_575)
    let kinds: [(ByteString, LayerEntry.Kind)] = [
      ("d", .directory), (ByteString([0x64, 0x2f, 0xff, 0xfe]), .fifo), ("l", .hardLink("d/x")),
      ("s", .symbolicLink("../anything//")), ("c", .characterDevice(device)),
      ("b", .blockDevice(device)), ("d/.wh.gone", .regular(FileContent(size: 0))),
      (
        "sparse",
        .regular(FileContent(size: 8192, blocks: [FileContent.hole, FileContent.hole]))
      ),
    ]
    for (path, kind) in kinds {
      recipe.entries.append(LayerEntry(path: path, attributes: attributes, kind: kind))
    }
    return recipe
  }

  @Test("is the same after writing and reading, and its bytes are determined")
  func roundTrip() throws {
    let recipe = try sample()
    let read = try LayerRecipe(decoding: recipe.encoded())
    #expect(read == recipe)
    #expect(read.encoded() == recipe.encoded())
  }

  @Test("has a key for each diff ID and each set of parameters")
  func keys() throws {
    let recipe = try sample()
    var other = recipe
    other.parameters.level += 1
    #expect(other.key != recipe.key)
    other = recipe
    other.parameters.blockSize *= 2
    #expect(other.key != recipe.key)
    other = recipe
    other.diffID = Sample("other", blocks: [9]).diffID
    #expect(other.key != recipe.key)
    other = recipe
    other.entries = []
    #expect(other.key == recipe.key)
  }

  static let breaks: [(String, @Sendable (inout LayerRecipe) -> Void)] = [
    ("a path that climbs", { $0.entries[1].path = "a/../b" }),
    ("an absolute path", { $0.entries[1].path = "/etc" }),
    ("a path with a NUL", { $0.entries[1].path = ByteString([97, 0]) }),
    ("an empty component", { $0.entries[1].path = "a//b" }),
    ("a hard link that climbs", { $0.entries[1].kind = .hardLink("..") }),
    (
      "a block that is not there",
      { $0.entries[1].kind = .regular(FileContent(size: 4096, blocks: [77])) }
    ),
    (
      "too few blocks",
      { $0.entries[1].kind = .regular(FileContent(size: 8192, blocks: [0])) }
    ),
    (
      "a huge size without blocks",
      { $0.entries[1].kind = .regular(FileContent(size: .max, blocks: [])) }
    ),
    ("a missing tail end", { $0.entries[1].kind = .regular(FileContent(size: 5)) }),
    (
      "a tail end beyond its fragment",
      {
        let tail = TailPosition(fragment: 0, offset: .max)
        $0.entries[1].kind = .regular(FileContent(size: 5, tail: tail))
      }
    ),
    (
      "a tail end without need",
      {
        let tail = TailPosition(fragment: 0, offset: 0)
        $0.entries[1].kind = .regular(FileContent(size: 0, tail: tail))
      }
    ),
  ]

  @Test("that breaks a rule is refused", arguments: breaks.indices)
  func rules(_ index: Int) throws {
    var recipe = try sample()
    Self.breaks[index].1(&recipe)
    #expect(throws: FormatError.self, "\(Self.breaks[index].0)") {
      try LayerRecipe(decoding: recipe.encoded())
    }
  }

  @Test("whose entries are any bytes is refused or read, and never traps")
  func hostileEntries() throws {
    let good = EntryTable.encode(try sample().entries)
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<3000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0 ... .max)
      }
      bytes.removeLast(Int.random(in: 0...3, using: &generator))
      var reader = ByteReader(bytes)
      _ = try? EntryTable.decode(&reader)
    }
  }
}
