import AdditionalImageStore
import Testing

@Suite("Mapping ids")
struct IDMappingTests {
  let subordinate = [SubordinateIDs.Range(first: 100_000, count: 65536)]

  @Test("identity shows every id as itself, the largest too")
  func identity() {
    #expect(IDMapping.identity(0) == 0)
    #expect(IDMapping.identity(4_294_967_294) == 4_294_967_294)
  }

  @Test("the root of a rootless container is the user, the rest are subordinate ids")
  func rootless() {
    let mapping = IDMapping.rootless(user: 1000, subordinate: subordinate)
    #expect(mapping(0) == 1000)
    #expect(mapping(1) == 100_000)
    #expect(mapping(65536) == 165_535)
    #expect(mapping(65537) == IDMapping.overflow)
    #expect(mapping.count == 65537)
  }

  @Test("several subordinate ranges follow each other in the order of the file")
  func severalRanges() {
    let mapping = IDMapping.rootless(
      user: 7,
      subordinate: [.init(first: 500, count: 10), .init(first: 100, count: 10)])
    #expect(mapping(10) == 509)
    #expect(mapping(11) == 100)
    #expect(mapping(21) == IDMapping.overflow)
  }

  @Test("a user without subordinate ids owns everything")
  func squashed() {
    let mapping = IDMapping.rootless(user: 1001, subordinate: [])
    #expect(mapping(0) == 1001)
    #expect(mapping(1000) == 1001)
  }

  @Test("keep-id asks for the map that Podman asks containers/storage for")
  func keepIDIntermediate() throws {
    let rootless = IDMapping.rootless(user: 1000, subordinate: subordinate)
    let keep = try #require(KeepIDMapping(id: 1000, rootless: rootless))
    #expect(
      keep.intermediate == [
        IDRange(inside: 0, outside: 1, count: 1000),
        IDRange(inside: 1000, outside: 0, count: 1),
        IDRange(inside: 1001, outside: 1001, count: 64536),
      ])
  }

  @Test("with keep-id the user owns what the image gives to that id, and root is subordinate")
  func keepIDHost() throws {
    let rootless = IDMapping.rootless(user: 1000, subordinate: subordinate)
    let keep = try #require(KeepIDMapping(id: 1000, rootless: rootless))
    #expect(keep.host(0) == 100_000)
    #expect(keep.host(999) == 100_999)
    #expect(keep.host(1000) == 1000)
    #expect(keep.host(1001) == 101_000)
    #expect(keep.host(65536) == 165_535)
    #expect(keep.host(65537) == IDMapping.overflow)
  }

  @Test("an id above all subordinate ids keeps itself and leaves no rest")
  func keepIDLarge() throws {
    let rootless = IDMapping.rootless(user: 900_000, subordinate: subordinate)
    let keep = try #require(KeepIDMapping(id: 900_000, rootless: rootless))
    #expect(keep.intermediate.count == 2)
    #expect(keep.host(900_000) == 900_000)
    #expect(keep.host(65535) == 165_535)
    #expect(keep.host(65536) == IDMapping.overflow)
  }

  @Test("a user with a single id has no keep-id layer")
  func noKeepID() {
    #expect(KeepIDMapping(id: 1, rootless: .squashed(to: 1)) == nil)
  }

  @Test("a container id is mapped the same whether in one step or in two")
  func twoStepsAgree() throws {
    let rootless = IDMapping.rootless(
      user: 1000,
      subordinate: [.init(first: 200_000, count: 300), .init(first: 400_000, count: 5000)])
    let keep = try #require(KeepIDMapping(id: 1000, rootless: rootless))
    let intermediate = IDMapping(ranges: keep.intermediate, fallback: .max)
    for id in UInt32(0)..<6000 {
      let step = intermediate(id)
      #expect(keep.host(id) == (step == .max ? IDMapping.overflow : rootless(step)))
    }
  }
}
