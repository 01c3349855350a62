internal import Tar

@testable internal import ImageImport

/// One member of a made-up layer: what a tar archive would say, without the archive.
public struct SampleMember: Sendable {
  /// The path as a layer has it.
  public var path: String
  /// What the member is.
  public var kind: Kind
  /// Permission, set-id and sticky bits.
  public var mode: UInt16 = 0o644
  /// The owner.
  public var uid: UInt32 = 0
  /// The group.
  public var gid: UInt32 = 0
  /// Seconds since the epoch.
  public var mtime: Int64 = 1_700_000_000
  /// Extended attributes.
  public var xattrs: [(name: String, value: [UInt8])] = []

  /// The kinds of member.
  public enum Kind: Sendable {
    /// A directory.
    case directory
    /// A regular file with some content.
    case file([UInt8])
    /// A regular file of data and holes.
    case sparse([Part])
    /// A symbolic link.
    case symbolicLink(String)
    /// Another name for a member.
    case hardLink(String)
    /// A character device, or with `true` a block device.
    case device(UInt32, UInt32, isBlock: Bool)
    /// A fifo.
    case fifo
  }

  /// A part of a sparse file.
  public enum Part: Sendable {
    /// Bytes that are in the archive.
    case data([UInt8])
    /// Zeros that are not.
    case hole(UInt64)
  }

  /// Makes a member.
  public init(_ path: String, _ kind: Kind) {
    self.path = path
    self.kind = kind
    switch kind {
    case .directory: mode = 0o755
    case .symbolicLink: mode = 0o777
    default: break
    }
  }

  /// The same member with other attributes.
  public func with(
    mode: UInt16? = nil, uid: UInt32? = nil, gid: UInt32? = nil, mtime: Int64? = nil,
    xattrs: [(name: String, value: [UInt8])]? = nil
  ) -> SampleMember {
    var copy = self
    copy.mode = mode ?? copy.mode
    copy.uid = uid ?? copy.uid
    copy.gid = gid ?? copy.gid
    copy.mtime = mtime ?? copy.mtime
    copy.xattrs = xattrs ?? copy.xattrs
    return copy
  }
}

extension SampleMember {
  /// Gives the member to an assembler as a parser would.
  func feed(_ assembler: inout LayerAssembler) throws {
    try assembler.begin(entry)
    switch kind {
    case .file(let content): try Self.data(content, &assembler)
    case .sparse(let parts):
      for part in parts {
        switch part {
        case .data(let bytes): try Self.data(bytes, &assembler)
        case .hole(let count): try assembler.hole(count)
        }
      }
    default: break
    }
    try assembler.end()
  }

  /// In pieces of an odd size, because a parser gives whatever arrives.
  private static func data(_ bytes: [UInt8], _ assembler: inout LayerAssembler) throws {
    for start in stride(from: 0, to: bytes.count, by: 3_001) {
      let end = min(start + 3_001, bytes.count)
      try assembler.data(bytes.span.bytes.extracting(start..<end))
    }
  }

  private var entry: TarEntry {
    var entry = TarEntry(
      path: Array(path.utf8), kind: .regular, mode: mode, uid: uid, gid: gid, mtime: mtime,
      xattrs: xattrs.map { .init(name: Array($0.name.utf8), value: $0.value) })
    switch kind {
    case .directory: entry.kind = .directory
    case .file(let content): entry.size = UInt64(content.count)
    case .sparse(let parts):
      entry.isSparse = true
      entry.size = parts.reduce(0) { $0 + $1.count }
    case .symbolicLink(let target):
      entry.kind = .symbolicLink
      entry.linkPath = Array(target.utf8)
    case .hardLink(let target):
      entry.kind = .hardLink
      entry.linkPath = Array(target.utf8)
    case .device(let major, let minor, let isBlock):
      entry.kind = isBlock ? .blockDevice : .characterDevice
      entry.deviceMajor = major
      entry.deviceMinor = minor
    case .fifo: entry.kind = .fifo
    }
    return entry
  }
}

extension SampleMember.Part {
  var count: UInt64 {
    switch self {
    case .data(let bytes): UInt64(bytes.count)
    case .hole(let count): count
    }
  }
}
