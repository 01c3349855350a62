import FileTree
import Flattening
import Tar
import Testing

@testable import ImageImport
@testable import ImageSamples

@Suite("A layer cut into blocks")
struct LayerAssemblerTests {
  private static let blockSize = 4096

  /// What an assembler makes of members, with the content of every regular file put together again.
  private struct Assembled {
    var entries: [LayerEntry] = []
    var blocks: [PendingBlock] = []
    var size: UInt64 = 0

    func content(of path: String) -> [UInt8]? {
      guard let entry = entries.first(where: { $0.path == ByteString(path) }),
        case .regular(let content) = entry.kind
      else { return nil }
      var bytes: [UInt8] = []
      for index in content.blocks {
        bytes += index == FileContent.hole ? Array(repeating: 0, count: 4096) : data(index)
      }
      if let tail = content.tail {
        let start = Int(tail.offset)
        let size = Int(content.size % 4096)
        bytes += fragment(tail.fragment)[start..<start + size]
      }
      return UInt64(bytes.count) == content.size ? bytes : nil
    }

    private func data(_ index: UInt32) -> [UInt8] {
      for block in blocks { if case .data(index) = block.purpose { return block.content } }
      return []
    }

    private func fragment(_ index: UInt32) -> [UInt8] {
      for block in blocks { if case .fragment(index, _) = block.purpose { return block.content } }
      return []
    }
  }

  private func assemble(_ members: [SampleMember]) throws -> Assembled {
    var assembler = LayerAssembler(blockSize: Self.blockSize)
    var result = Assembled()
    for member in members {
      try member.feed(&assembler)
      result.blocks += assembler.takeReady()
    }
    assembler.finish()
    result.blocks += assembler.takeReady()
    result.entries = assembler.entries
    result.size = assembler.contentSize
    return result
  }

  @Test("gives every file's content back", arguments: [0, 1, 4095, 4096, 4097, 8192, 50_001])
  func contents(size: Int) throws {
    for content in [SampleBytes.noise(size, seed: 1), [UInt8](repeating: 0, count: size)] {
      let assembled = try assemble([
        SampleMember("before", .file([9])), SampleMember("file", .file(content)),
        SampleMember("after", .file([8])),
      ])
      #expect(assembled.content(of: "file") == content)
      #expect(assembled.content(of: "before") == [9])
      #expect(assembled.content(of: "after") == [8])
      #expect(assembled.size == UInt64(size) + 2)
    }
  }

  @Test("stores no block of zeros, whether written out or left out")
  func zeros() throws {
    let assembled = try assemble([
      SampleMember("zeros", .file([UInt8](repeating: 0, count: 4096 * 3))),
      SampleMember("hole", .sparse([.hole(4096 * 3)])),
    ])
    #expect(assembled.blocks.isEmpty)
    let contents = assembled.entries.map(\.kind)
    #expect(contents[0] == contents[1])
  }

  @Test("makes the same of holes and of zeros, wherever they are", arguments: 0..<30)
  func sparse(seed: Int) throws {
    var state = UInt64(seed) &* 0x9E37_79B9 + 1
    func next(_ limit: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % limit
    }
    var parts: [SampleMember.Part] = []
    var bytes: [UInt8] = []
    for _ in 0..<8 {
      let count = [1, 100, 4095, 4096, 4097, 9000, 16_384][Int(next(7))]
      if next(2) == 0 {
        parts.append(.hole(UInt64(count)))
        bytes += [UInt8](repeating: 0, count: count)
      } else {
        let data = SampleBytes.noise(count, seed: next(1000))
        parts.append(.data(data))
        bytes += data
      }
    }
    let sparse = try assemble([SampleMember("file", .sparse(parts))])
    let dense = try assemble([SampleMember("file", .file(bytes))])
    #expect(sparse.content(of: "file") == bytes)
    #expect(sparse.entries == dense.entries)
    #expect(sparse.blocks.map(\.content) == dense.blocks.map(\.content))
  }

  @Test("keeps all kinds of entry in order, with links and devices")
  func kinds() throws {
    let assembled = try assemble(SampleTree.members)
    #expect(assembled.entries.map { "\($0.path)" } == SampleTree.members.map(\.path))
    func kind(_ path: String) -> LayerEntry.Kind? {
      assembled.entries.first { $0.path == ByteString(path) }?.kind
    }
    #expect(kind("etc/link") == .symbolicLink("../bin/tool"))
    #expect(kind("bin/tool2") == .hardLink("bin/tool"))
    #expect(kind("dev/null") == .characterDevice(DeviceNumber(major: 1, minor: 3)))
    #expect(kind("dev/disk") == .blockDevice(DeviceNumber(major: 8, minor: 0)))
    #expect(kind("dev/pipe") == .fifo)
    #expect(kind("etc") == .directory)
    for (path, content) in SampleTree.contents {
      #expect(assembled.content(of: path) == content, "\(path)")
    }
  }

  @Test("refuses more entries than an image may have files")
  func manyEntries() throws {
    var assembler = LayerAssembler(blockSize: Self.blockSize, entryLimit: 3)
    for name in ["a", "b", "c"] { try SampleMember(name, .file([1])).feed(&assembler) }
    #expect(throws: FlatteningError.tooManyInodes(limit: 3)) {
      try SampleMember("d", .file([1])).feed(&assembler)
    }
  }

  @Test("keeps no content of whiteouts")
  func whiteouts() throws {
    let assembled = try assemble([
      SampleMember("dir/.wh.gone", .file(SampleBytes.noise(10_000, seed: 1))),
      SampleMember("dir/.wh..wh..opq", .file([1])),
    ])
    #expect(assembled.blocks.isEmpty)
    #expect(assembled.entries.count == 2)
  }

  @Test("tells zeros from what is not")
  func isZeroTests() {
    for count in [0, 1, 7, 8, 9, 15, 16, 4096] {
      let zeros = [UInt8](repeating: 0, count: count)
      let isAllZero = isZero(zeros.span.bytes)
      #expect(isAllZero)
      for index in 0..<min(count, 20) {
        var bytes = zeros
        bytes[index] = 1
        let first = isZero(bytes.span.bytes)
        bytes[index] = 0
        bytes[count - 1 - index] = 0x80
        let last = isZero(bytes.span.bytes)
        #expect(!first && !last)
      }
    }
  }
}
