import ImageSamples
import Linux
import Store
import SystemPackage
import Testing

@testable import FUSE
@testable import ImageTree

@Suite("What a read brings along")
struct OfferTests {
  private let caller = Caller(uid: 0, gid: 0, pid: 1)
  private let blockSize: UInt32 = 16_384

  /// Reads every file page by page, as a kernel without readahead does, and collects the offers.
  private func offers(
    _ members: [SampleMember]
  ) throws -> (contents: [NodeID: [UInt8]], offers: [(reader: NodeID, OfferedBytes)]) {
    let store = try SampleStore(blockSize: blockSize)
    let fileSystem = try VolumeFileSystem(try store.image(members), source: store)
    let start = try fileSystem.attributes(of: .root, caller: caller)
    let root = Entry(
      node: .root, attributes: start.attributes, entryTimeout: 0, attributeTimeout: 0)
    var contents: [NodeID: [UInt8]] = [:]
    var offers: [(NodeID, OfferedBytes)] = []
    for node in try fileSystem.walk(root, caller: caller)
    where node.entry.attributes.kind == .regular {
      let id = node.entry.node
      contents[id] = try fileSystem.content(of: node.entry, caller: caller)
      for offset in stride(from: 0, to: node.entry.attributes.size, by: 4096) {
        let reply = try fileSystem.read(id, at: offset, count: 4096, caller: caller)
        offers += reply.offers.map { (id, $0) }
      }
    }
    return (contents, offers)
  }

  @Test("is the very content of the files it is for, cut to pages")
  func bytes() throws {
    let (contents, offers) = try offers(SampleTree.members)
    #expect(!offers.isEmpty)
    for (reader, offer) in offers {
      let content = try #require(contents[reader])
      let start = Int(offer.offset)
      let end = start + offer.range.count
      #expect(start % 4096 == 0 && end <= content.count)
      #expect(end % 4096 == 0 || end == content.count)
      let bytes = offer.buffer.withBytes { span in
        span.extracting(offer.range).withUnsafeBytes { [UInt8]($0) }
      }
      #expect(bytes[...] == content[start..<end])
    }
  }

  @Test("is the rest of the block, once for each page that is read")
  func rest() throws {
    let block = Int(blockSize)
    let (contents, offers) = try offers([
      SampleMember("large", .file(SampleBytes.noise(2 * block + 5000, seed: 9))),
      SampleMember("small", .file(SampleBytes.noise(9000, seed: 8))),
    ])
    let pages = 2 * block / 4096
    #expect(offers.reduce(0) { $0 + $1.1.range.count } == pages * (block - 4096))
    #expect(contents.count == 2, "small files and tail ends are not offered")
  }
}
