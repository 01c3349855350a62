import FUSE
import ImageSamples
import SystemPackage
import Testing

@testable import ImageTree

@Suite("A walk through the whole tree")
struct WalkTests {
  private func top(_ tree: ImageTree, _ caller: Caller) throws -> Entry {
    let reply = try tree.attributes(of: .root, caller: caller)
    return Entry(
      node: .root, attributes: reply.attributes, entryTimeout: 0, attributeTimeout: 0)
  }

  @Test(
    "finds every listed name, with the type and number that the listing says",
    arguments: TreeFixture.callers)
  func listingAndLookupAgree(caller: Caller) throws {
    let fixture = try TreeFixture()
    _ = try fixture.tree.find("self", caller: caller)
    let nodes = try fixture.tree.walk(try top(fixture.tree, caller), caller: caller)
    #expect(nodes.count > 400)
    for node in nodes {
      #expect(!node.entry.isNegative, "\(node.path) is listed but not found")
      guard let listed = node.listed else { continue }
      #expect(listed.kind == node.entry.attributes.kind, "\(node.path)")
      #expect(listed.inode == node.entry.attributes.inode, "\(node.path)")
    }
  }

  @Test("sees the same attributes by lookup and by node", arguments: TreeFixture.callers)
  func lookupAndAttributesAgree(caller: Caller) throws {
    let fixture = try TreeFixture()
    for node in try fixture.tree.walk(try top(fixture.tree, caller), caller: caller) {
      let reply = try fixture.tree.attributes(of: node.entry.node, caller: caller)
      #expect(reply.attributes == node.entry.attributes, "\(node.path)")
    }
  }

  @Test(
    "reads of every file as many bytes as its size, of every link its target",
    arguments: TreeFixture.callers)
  func sizes(caller: Caller) throws {
    let fixture = try TreeFixture()
    let tree = fixture.tree
    for node in try tree.walk(try top(tree, caller), caller: caller) {
      let attributes = node.entry.attributes
      switch attributes.kind {
      case .regular:
        let bytes = try tree.content(of: node.entry, caller: caller)
        #expect(UInt64(bytes.count) == attributes.size, "\(node.path)")
      case .symbolicLink:
        let target = try tree.linkTarget(of: node.entry.node, caller: caller)
        #expect(UInt64(target.count) == attributes.size, "\(node.path)")
      default: break
      }
    }
  }

  @Test("gives different nodes to different things, and one to the names of one inode")
  func nodes() throws {
    let fixture = try TreeFixture()
    let caller = TreeFixture.root
    _ = try fixture.tree.find("self", caller: caller)
    let all = try fixture.tree.walk(try top(fixture.tree, caller), caller: caller)
    var paths: [NodeID: [String]] = [:]
    for node in all { paths[node.entry.node, default: []].append(node.path) }
    for (_, names) in paths where names.count > 1 {
      let isHardLink = names.allSatisfy { $0.contains("bin/tool") }
      let isAlias = Set(names.map { $0.split(separator: "/").suffix(3) }).count == 1
      #expect(isHardLink || isAlias || names.allSatisfy { $0.contains("images/") }, "\(names)")
    }
    let attributes = Dictionary(grouping: all, by: { $0.entry.node }).values
    #expect(attributes.allSatisfy { Set($0.map(\.entry.attributes)).count == 1 })
  }

  @Test("can begin a listing again behind every entry", arguments: [true, false])
  func cookies(wholeEntries: Bool) throws {
    let fixture = try TreeFixture()
    let caller = TreeFixture.user
    let nodes = try fixture.tree.walk(try top(fixture.tree, caller), caller: caller)
    for node in nodes where node.entry.attributes.kind == .directory {
      let all = try fixture.tree.entries(
        of: node.entry.node, capacity: 1 << 20, wholeEntries: wholeEntries, caller: caller)
      #expect(Set(all.map(\.cookie)).count == all.count, "\(node.path)")
      #expect(all.allSatisfy { $0.cookie > 0 && $0.cookie <= UInt64(Int64.max) })
      for (index, entry) in all.enumerated() {
        let rest = try fixture.tree.entries(
          of: node.entry.node, after: entry.cookie, capacity: 1 << 20,
          wholeEntries: wholeEntries, caller: caller)
        #expect(rest == Array(all[(index + 1)...]), "\(node.path) behind \(index)")
      }
    }
  }

  @Test("gets the same entries from small pages as from one", arguments: [true, false])
  func pages(wholeEntries: Bool) throws {
    let fixture = try TreeFixture()
    let caller = TreeFixture.root
    let directory = try fixture.tree.find("images/tool/root/many", caller: caller)
    let whole = try fixture.tree.entries(
      of: directory.node, capacity: 1 << 20, wholeEntries: wholeEntries, caller: caller)
    #expect(whole.count == 202)
    for capacity in [200, 333, 1000, 4096] {
      let parts = try fixture.tree.allEntries(
        of: directory.node, capacity: capacity, wholeEntries: wholeEntries, caller: caller)
      #expect(parts == whole)
    }
  }

  @Test("gets in whole entries what a lookup gives")
  func wholeEntries() throws {
    let fixture = try TreeFixture()
    let caller = TreeFixture.user
    let path = "overlay/\(fixture.layerID)/diff"
    for name in ["", "bin", "lib", "dev", "many", "tmp"] {
      let directory = try fixture.find("\(path)/\(name)", caller)
      for listed in try fixture.tree.allEntries(
        of: directory.node, wholeEntries: true, caller: caller)
      {
        let entry = try #require(listed.entry)
        if listed.name == [46] || listed.name == [46, 46] {
          #expect(entry.node == .none)
          continue
        }
        let found = try fixture.tree.lookup(
          listed.name.span.bytes, in: directory.node, caller: caller)
        #expect(entry.node == found.node)
        #expect(entry.attributes.uid == found.attributes.uid)
        #expect(entry.attributes.mode == found.attributes.mode)
        #expect(entry.attributes.size == found.attributes.size)
        #expect(entry.attributeTimeout == found.attributeTimeout)
      }
    }
  }

  @Test("refuses to list what is no directory and to look names up there")
  func notDirectories() throws {
    let fixture = try TreeFixture()
    let caller = TreeFixture.user
    for node in try fixture.tree.walk(try top(fixture.tree, caller), caller: caller)
    where node.entry.attributes.kind != .directory {
      #expect(throws: Errno.notDirectory, "\(node.path)") {
        _ = try fixture.tree.entries(of: node.entry.node, caller: caller)
      }
      #expect(throws: Errno.notDirectory, "\(node.path)") {
        _ = try fixture.tree.lookup([97].span.bytes, in: node.entry.node, caller: caller)
      }
    }
  }

  @Test("says of made-up nodes that they are stale, and never traps")
  func anyNode() throws {
    let fixture = try TreeFixture()
    _ = try fixture.tree.find("self", caller: TreeFixture.user)
    var number: UInt64 = 7
    for round in 0..<20_000 {
      number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let view = UInt16(number >> 40 & 7)
      let image = UInt32(number >> 50 & 3)
      let item = round % 2 == 0 ? UInt32(number >> 10 & 0x7FFF_FFFF) : UInt32(number >> 10 & 0xFFF)
      probe(NodeAddress(view: view, image: image, item: item).node, fixture.tree)
      probe(NodeID(rawValue: number), fixture.tree)
    }
    for item in UInt32(1 << 31) - 512..<(1 << 31) {
      probe(NodeAddress(view: 2, image: 1, item: item).node, fixture.tree)
    }
  }

  /// Asks everything; any `Errno` is fine, a trap is not.
  private func probe(_ node: NodeID, _ tree: ImageTree) {
    let caller = TreeFixture.user
    _ = try? tree.attributes(of: node, caller: caller)
    _ = try? tree.lookup([97].span.bytes, in: node, caller: caller)
    _ = try? tree.read(node, at: 1, count: 10, caller: caller)
    _ = try? tree.read(node, at: UInt64(Int64.max), count: 1 << 20, caller: caller)
    _ = try? tree.linkTarget(of: node, caller: caller)
    _ = try? tree.entries(of: node, after: 1 << 62, caller: caller)
    _ = try? tree.entries(of: node, caller: caller)
    _ = try? tree.extendedAttributeNames(of: node, caller: caller)
    _ = try? tree.extendedAttribute([97].span.bytes, of: node, caller: caller)
  }
}
