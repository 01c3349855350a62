import Compression
import StoreSimulation
import Testing

@testable import Store

@Suite("Access to a store")
struct StoreAccessTests {
  @Test("is kept in firn.json and comes back", arguments: ImageAccess.Visibility.allCases)
  func roundTrip(readers: ImageAccess.Visibility) throws {
    for group in [nil, 0, 1000, UInt32.max - 1] {
      let access = StoreAccess(readers: readers, group: group, images: .group)
      let directory = MemoryDirectory()
      let store = try Store.create(
        at: directory, parameters: testParameters, access: access,
        surroundings: testSurroundings())
      #expect(store.description.access == access)
      #expect(try Store.open(directory).description.access == access)
    }
  }

  @Test("is everybody's in a store made before there was such a thing")
  func missing() throws {
    let (store, _) = try memoryStore()
    let text = String(decoding: try SealedText.encode(store.description), as: UTF8.self)
    let member = "\"access\":{\"images\":\"world\",\"readers\":\"world\"},"
    #expect(text.contains(member))
    struct Former: Encodable {
      let of: StoreDescription
      enum CodingKeys: String, CodingKey {
        case format, id, blockSize, compressor, level, features, striping
      }
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(of.version, forKey: .format)
        try container.encode(of.id, forKey: .id)
        try container.encode(of.parameters.blockSize, forKey: .blockSize)
        try container.encode(of.parameters.compressor.name, forKey: .compressor)
        try container.encode(of.parameters.level, forKey: .level)
        try container.encode(of.features, forKey: .features)
        try container.encode(of.striping, forKey: .striping)
      }
    }
    let former = try SealedText.encode(Former(of: store.description))
    #expect(try SealedText.decode(StoreDescription.self, from: former) == store.description)
  }

  @Test("decides modes: files are written by their owner alone")
  func modes() {
    for (directory, file) in [
      (0o755, 0o644), (0o2750, 0o640), (0o700, 0o600), (0o1777, 0o644), (0o2770, 0o640),
      (0o2775, 0o644), (0, 0o600),
    ] as [(UInt32, UInt32)] {
      #expect(StoreAccess.fileMode(inDirectoryOf: directory) == file)
    }
    #expect(StoreAccess().mode(of: .leases) == 0o1777)
    #expect(StoreAccess(readers: .group).mode(of: .leases) == 0o2750)
    #expect(StoreAccess(readers: .owner).mode(of: .leases) == 0o700)
  }

  @Test("gives new images a rule: the store's group, or the importer's own")
  func rules() {
    let world = StoreAccess().rule(owner: 7, primary: 8)
    #expect(world == ImageAccess(owner: 7, group: 8, visibility: .world))
    let team = StoreAccess(group: 500, images: .group).rule(owner: 7, primary: 8)
    #expect(team == ImageAccess(owner: 7, group: 500, visibility: .group))
    #expect(team.admits(user: 7, groups: []))
    #expect(team.admits(user: 9, groups: [500]))
    #expect(!team.admits(user: 9, groups: [8]))
    #expect(team.admits(user: 0, groups: []))
  }
}
