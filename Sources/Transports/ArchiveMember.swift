internal import Tar

/// A member of an archive: where its bytes are, or what it is another name of.
enum ArchiveMember: Sendable {
  case file(offset: UInt64, size: UInt64)
  case link(String)

  /// A path without empty parts and `.`; `..` takes away the part before it.
  static func clean(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }
}

/// Notes the members of an archive while its headers are parsed.
///
/// Of equal names the last counts.
struct ArchiveIndex: TarSink {
  private(set) var members: [String: ArchiveMember] = [:]
  private var current = ""

  mutating func begin(_ entry: TarEntry) throws {
    let path = String(decoding: entry.path, as: UTF8.self)
    let target = String(decoding: entry.linkPath, as: UTF8.self)
    current = ArchiveMember.clean(path)
    switch entry.kind {
    case .regular where !entry.isSparse: members[current] = .file(offset: 0, size: entry.size)
    case .hardLink: members[current] = .link(ArchiveMember.clean(target))
    case .symbolicLink where !target.hasPrefix("/"):
      let directory = current.split(separator: "/").dropLast().joined(separator: "/")
      members[current] = .link(ArchiveMember.clean("\(directory)/\(target)"))
    default: members[current] = nil
    }
  }

  /// Says where the content of the member that began last is.
  mutating func locate(at offset: UInt64) {
    if case .file(_, let size) = members[current] {
      members[current] = .file(offset: offset, size: size)
    }
  }

  mutating func data(_ bytes: RawSpan) throws {}

  mutating func hole(_ count: UInt64) throws {}

  mutating func end() throws {}
}
