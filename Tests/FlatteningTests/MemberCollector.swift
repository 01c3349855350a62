import Tar

/// Reads an archive back into members, through Tar's parser.
struct MemberCollector: TarSink {
  private(set) var members: [RandomMember] = []

  static func members(of archive: [UInt8]) throws -> [RandomMember] {
    var collector = MemberCollector()
    var parser = TarParser()
    try parser.consume(archive.span.bytes, into: &collector)
    try parser.finish()
    return collector.members
  }

  mutating func begin(_ entry: TarEntry) { members.append(RandomMember(tar: entry)) }

  mutating func data(_ bytes: RawSpan) {
    for offset in 0..<bytes.byteCount {
      let byte = bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
      members[members.count - 1].content.append(byte)
    }
  }

  mutating func hole(_ count: UInt64) {
    members[members.count - 1].content += [UInt8](repeating: 0, count: Int(count))
  }

  mutating func end() {}
}
