import Testing

@testable import ImageTree

@Suite("Directories of names")
struct NameDirectoryTests {
  private static let names: [(name: String, image: UInt32)] = [
    ("debian:12", 1), ("quay.io/team", 2), ("quay.io/team/tool", 3), ("quay.io/team/tool:2", 4),
    ("a/b/c/d", 5), ("a/b", 6), ("a/bc", 7), ("quay.io/other", 1),
  ]

  private func paths(_ directory: NameDirectory) -> [String: UInt32?] {
    Dictionary(uniqueKeysWithValues: directory.entries.values.map { ($0.path, $0.image) })
  }

  @Test("do not depend on the order of the names", arguments: 0..<8)
  func order(rotation: Int) {
    let straight = NameDirectory(Self.names)
    let turned = NameDirectory(
      Array(Self.names[rotation...] + Self.names[..<rotation]).reversed())
    #expect(turned.top == straight.top)
    #expect(Set(turned.entries.keys) == Set(straight.entries.keys))
    for (item, entry) in straight.entries {
      #expect(turned.entries[item]?.path == entry.path)
      #expect(turned.entries[item]?.image == entry.image)
      #expect(turned.entries[item]?.children == entry.children)
    }
  }

  @Test("do not depend on the order either where hashes of names collide")
  func collisions() {
    // Among so many names some share the 30 bits of their hash.
    let names = (0..<120_000).map { (name: "n\($0)", image: UInt32($0 + 1)) }
    let straight = NameDirectory(names)
    let reversed = NameDirectory(names.reversed())
    #expect(straight.entries.count == names.count)
    let isSame = straight.entries.allSatisfy { reversed.entries[$0]?.path == $1.path }
    #expect(isSame)
  }

  @Test("hold images, names below, or both")
  func nested() {
    let expected: [String: UInt32?] = [
      "debian:12": 1, "quay.io": nil, "quay.io/team": 2, "quay.io/team/tool": 3,
      "quay.io/team/tool:2": 4, "quay.io/other": 1, "a": nil, "a/b": 6, "a/b/c": nil,
      "a/b/c/d": 5, "a/bc": 7,
    ]
    let directory = NameDirectory(Self.names)
    #expect(paths(directory) == expected)
    #expect(Set(directory.top.keys) == ["debian:12", "quay.io", "a"])
    for entry in directory.entries.values {
      for (name, item) in entry.children {
        #expect(directory.entries[item]?.path == "\(entry.path)/\(name)")
      }
    }
  }

  @Test("have numbers that no fixed item has and that fit into a node id")
  func numbers() {
    let directory = NameDirectory((0..<20_000).map { ("team-\($0)/tool", UInt32($0)) })
    #expect(directory.entries.count == 40_000)
    #expect(
      directory.entries.keys.allSatisfy {
        $0 >= FixedItem.firstNameDirectory && $0 < NodeAddress.itemLimit
      })
  }

  @Test("keep a name's number when other names come and go")
  func stable() throws {
    let alone = NameDirectory([("quay.io/team/tool", 9)])
    let together = NameDirectory(Self.names)
    for (item, entry) in alone.entries { #expect(together.entries[item]?.path == entry.path) }
  }

  @Test("of no names are empty")
  func none() {
    let directory = NameDirectory([])
    #expect(directory.entries.isEmpty)
    #expect(directory.top.isEmpty)
  }
}
