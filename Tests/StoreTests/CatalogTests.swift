import Digests
import StoreSimulation
import Testing

@testable import Store

@Suite("A catalog")
struct CatalogTests {
  private func record(
    _ id: String, root: String? = nil, names: [String], more: [String] = []
  ) -> ImageRecord {
    let hex = { (text: String) in SHA256Digest.of(Array(text.utf8).span.bytes) }
    return ImageRecord(
      object: hex("object \(id)"), rootIdentity: hex(root ?? "root \(id)"), names: names,
      digests: ["sha256:\(hex(id))"] + more, logicalSize: 1, created: 0)
  }

  private func catalog(_ records: ImageRecord...) throws -> Catalog {
    var catalog = Catalog()
    for record in records { catalog = try catalog.adding(record, using: []) }
    try catalog.validate()
    return catalog
  }

  @Test("gives each new image the next number")
  func numbers() throws {
    let catalog = try catalog(record("a", names: ["a"]), record("b", names: ["b"]))
    #expect(catalog.images.map(\.number) == [1, 2])
    #expect(catalog.nextImageNumber == 3)
  }

  @Test("changes an attribute of one image and nothing else, or removes it")
  func attributes() throws {
    let catalog = try catalog(record("a", names: ["a"]), record("b", names: ["b"]))
    let changed = try catalog.changing("b", attribute: "origins", to: "text")
    #expect(changed.images.map(\.attributes) == [[:], ["origins": "text"]])
    #expect(changed.images[1].contentAttributes == [:])
    try changed.requireSuccession(of: catalog)
    let back = try changed.changing("b", attribute: "origins", to: nil)
    #expect(back == catalog && back.hasSameContent(as: catalog))
    #expect(throws: StoreError.imageNotFound("c")) {
      try catalog.changing("c", attribute: "x", to: nil)
    }
  }

  @Test("gives a removed image its number back while it is retired, and never to another")
  func numbersAreNotReused() throws {
    let a = record("a", names: ["a"])
    let emptied = try catalog(a).removing(image: "a")
    let again = try emptied.adding(a, using: [])
    #expect(again.images.map(\.number) == [1])
    #expect(again.retired == [])
    try again.requireSuccession(of: emptied)
    let other = try emptied.adding(record("b", names: ["a"]), using: [])
    #expect(other.images.map(\.number) == [2])
    let dropped = emptied.dropping(objects: [a.object], packs: [])
    #expect(try dropped.adding(a, using: []).images.map(\.number) == [2])
  }

  @Test("moves a name to the image that was added last; the other stays reachable by its id")
  func namesMove() throws {
    let catalog = try catalog(record("a", names: ["x", "y"]), record("b", names: ["x"]))
    #expect(try catalog.image("x").number == 2)
    #expect(try catalog.image("y").number == 1)
    let last = try catalog.adding(record("c", names: ["y"]), using: [])
    #expect(try last.image(record("a", names: []).digests[0]).names == [])
    #expect(try last.image(record("a", names: []).id).number == 1)
  }

  @Test("keeps number, names and digests of an image that is added again with the same root blob")
  func sameRoot() throws {
    let first = try catalog(record("a", names: ["x"], more: ["sha256:1"]))
    var again = record("a", names: ["y"], more: ["sha256:2"])
    again.object = SHA256Digest.of([1].span.bytes)
    let second = try first.adding(again, using: [])
    let image = try second.image("x")
    #expect(second.images.count == 1)
    #expect(image.number == 1)
    #expect(image.names == ["x", "y"])
    #expect(image.object == again.object)
    #expect(image.digests.suffix(2) == ["sha256:2", "sha256:1"])
  }

  @Test("gives a new number to an image whose root blob became another")
  func otherRoot() throws {
    let first = try catalog(record("a", names: ["x"]))
    let second = try first.adding(record("a", root: "other", names: ["y"]), using: [])
    #expect(second.images.map(\.number) == [2])
    #expect(second.images[0].names == ["x", "y"])
    try second.requireSuccession(of: first)
  }

  @Test("is refused as successor when a number would mean another root blob or come back")
  func succession() throws {
    let first = try catalog(record("a", names: ["x"]))
    var wrong = first
    wrong.images[0].rootIdentity = SHA256Digest.of([9].span.bytes)
    #expect(throws: StoreError.self) { try wrong.requireSuccession(of: first) }
    let removed = try first.removing(image: "x")
      .dropping(objects: [first.images[0].object], packs: [])
    #expect(throws: StoreError.self) { try first.requireSuccession(of: removed) }
    var backwards = removed
    backwards.nextImageNumber = 1
    #expect(throws: StoreError.self) { try backwards.requireSuccession(of: removed) }
  }

  @Test("tags an image by name, id or digest, and moves the tag")
  func tagging() throws {
    let start = try catalog(record("a", names: ["x"]), record("b", names: ["y"]))
    let moved = try start.tagging(record("a", names: []).id, as: "y")
    #expect(try moved.image("y").number == 1)
    #expect(moved.images[1].names == [])
    #expect(moved.images[0].names == ["x", "y"])
    #expect(throws: StoreError.imageNotFound("nothing")) { try start.tagging("nothing", as: "z") }
    #expect(throws: StoreError.self) { try start.tagging("x", as: "bad name") }
    try moved.validate()
  }

  @Test("loses a name, or an image, and says when it has none of them")
  func removing() throws {
    let start = try catalog(record("a", names: ["x", "y"]))
    #expect(try start.removing(name: "x").image("y").names == ["y"])
    #expect(try start.removing(image: "y").images.isEmpty)
    #expect(throws: StoreError.imageNotFound("z")) { try start.removing(name: "z") }
    #expect(throws: StoreError.imageNotFound("z")) { try start.removing(image: "z") }
    let id = record("a", names: []).id
    #expect(throws: StoreError.imageNotFound(id)) { try start.removing(name: id) }
  }

  @Test("finds an image by name, id, prefix of an id, digest, and name with digest")
  func lookup() throws {
    let catalog = try catalog(
      record("a", names: ["x:1"], more: ["sha512:aa"]), record("b", names: ["y"]))
    let a = catalog.images[0]
    for text in [
      "x:1", a.id, String(a.id.prefix(4)), String(a.id.prefix(12)), a.digests[0], "sha512:aa",
      "x@sha512:aa", "registry/x:1@\(a.digests[0])",
    ] { #expect(try catalog.image(text).number == 1, "\(text)") }
    for text in ["x", String(a.id.prefix(3)), a.id.uppercased(), "sha256:\(a.id.prefix(12))", ""] {
      #expect(throws: StoreError.imageNotFound(text)) { try catalog.image(text) }
    }
  }

  @Test("names all images that an ambiguous text means")
  func ambiguity() throws {
    let catalog = try catalog(
      record("a", names: ["x"], more: ["sha256:index"]),
      record("b", names: ["y"], more: ["sha256:index"]))
    #expect(throws: StoreError.ambiguous("sha256:index", catalog.images.map(\.id))) {
      try catalog.image("sha256:index")
    }
  }

  @Test("lets a name win over an id that begins the same")
  func nameBeforePrefix() throws {
    let first = try catalog(record("a", names: ["x"]))
    let prefix = String(first.images[0].id.prefix(6))
    let second = try first.adding(record("b", names: [prefix]), using: [])
    #expect(try second.image(prefix).number == 2)
  }

  @Test("rescues condemned packs that a new image counts on, and refuses those that are gone")
  func rescue() throws {
    let pack = PackID(SHA256Digest.of([1].span.bytes))
    let other = PackID(SHA256Digest.of([2].span.bytes))
    let start = Catalog().adding(packs: [
      PackRecord(id: pack, size: 9, state: .condemned(Condemnation(generation: 1, time: 5))),
      PackRecord(id: other, size: 9, state: .condemned(Condemnation(generation: 1, time: 5))),
    ])
    let rescued = try start.adding(record("a", names: []), using: [pack])
    #expect(rescued.packs.first { $0.id == pack }?.state == .live)
    #expect(
      rescued.packs.first { $0.id == other }?.state
        == .condemned(Condemnation(generation: 1, time: 5)))
    #expect(throws: StoreError.packsGone([pack])) {
      try Catalog().adding(record("a", names: []), using: [pack])
    }
  }

  @Test("is the same after writing and reading")
  func roundTrip() throws {
    let pack = PackRecord(
      id: PackID(SHA256Digest.of([1].span.bytes)), size: 9,
      state: .condemned(Condemnation(generation: 1, time: 5)))
    let run = IndexRunRecord(id: SHA256Digest.of([3].span.bytes), size: 7, blocks: 2, pieces: 1)
    let catalog = try catalog(record("a", names: ["x"])).adding(packs: [pack]).adding(run: run)
    let bytes = try SealedText.encode(catalog)
    #expect(try SealedText.decode(Catalog.self, from: bytes) == catalog)
    #expect(try SealedText.encode(catalog) == bytes)
  }

  static let breaks: [(String, @Sendable (inout Catalog) -> Void)] = [
    ("a number that is not used up", { $0.nextImageNumber = 1 }),
    ("two images of one number", { $0.images[1].number = 1 }),
    ("number 0", { $0.images[0].number = 0 }),
    ("a name twice", { $0.images[1].names = $0.images[0].names }),
    ("an impossible name", { $0.images[1].names = ["../x"] }),
    ("an id twice", { $0.images[1].digests = $0.images[0].digests }),
    ("no id", { $0.images[1].digests = [] }),
    (
      "packs out of order",
      {
        let packs = (0..<2).map { PackID(SHA256Digest.of([UInt8($0)].span.bytes)) }.sorted(by: >)
        $0.packs = packs.map { PackRecord(id: $0, size: 1) }
      }
    ),
  ]

  @Test("that breaks a rule is refused", arguments: breaks.indices)
  func rules(_ index: Int) throws {
    var catalog = try catalog(record("a", names: ["x"]), record("b", names: ["y"]))
    Self.breaks[index].1(&catalog)
    #expect(throws: FormatError.self, "\(Self.breaks[index].0)") { try catalog.validate() }
  }

  @Test("takes no image that counts on a pack marked as damaged: its blocks are written again")
  func damagedPacks() throws {
    let (store, _) = try memoryStore()
    try Sample("a").publish(to: store)
    let catalog = try store.newest()
    let image = catalog.images[0]
    let ids = catalog.packs.filter { image.packs.contains($0.number) }.map(\.id)
    let marked = catalog.marking(packs: [ids[0]], damaged: true)
    #expect(throws: StoreError.packsGone([ids[0]])) { try marked.adding(image, using: ids) }
  }
}
