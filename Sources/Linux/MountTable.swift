public import SystemPackage

/// A mount as /proc/self/mountinfo shows it, see proc_pid_mountinfo(5).
public struct MountTableEntry: Hashable, Sendable {
  /// The mount's number, unique among mounts that exist.
  public let id: Int
  /// The major part of the device number that stat(2) shows for files of the mount.
  public let major: UInt32
  /// The minor part of the device number.
  public let minor: UInt32
  /// Where it is mounted, as seen from this process's root.
  public let mountPoint: FilePath
  /// The options of the mount, such as `ro` and `nosuid`.
  public let options: [String]
  /// The type with its subtype, such as `fuse.firn`.
  public let type: String
  /// What was mounted: a device or a name.
  public let source: String
  /// The options of the file system, such as `allow_other` and `soft`.
  public let fileSystemOptions: [String]
  /// Whether mounts made below it appear in other mount namespaces (mount_namespaces(7), `shared`).
  public let isShared: Bool

  /// The device number as stat(2) has it.
  public var device: UInt64 { deviceNumber(major: major, minor: minor) }

  /// Whether it is a FUSE file system.
  public var isFUSE: Bool { type == "fuse" || type.hasPrefix("fuse.") }

  /// Reads one line; `nil` when it is not of the form.
  public init?(line: Substring) {
    let fields = line.split(separator: " ")
    guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count >= dash + 3,
      let id = Int(fields[0])
    else { return nil }
    let device = fields[2].split(separator: ":").compactMap { UInt32($0) }
    guard device.count == 2 else { return nil }
    self.id = id
    (major, minor) = (device[0], device[1])
    mountPoint = FilePath(Self.unescape(fields[4]))
    options = fields[5].split(separator: ",").map(String.init)
    type = Self.unescape(fields[dash + 1])
    source = Self.unescape(fields[dash + 2])
    fileSystemOptions =
      fields.count > dash + 3 ? fields[dash + 3].split(separator: ",").map(String.init) : []
    isShared = fields[6..<dash].contains { $0.hasPrefix("shared:") }
  }

  /// The line of the table, as far as this type has it.
  public var line: String {
    let optional = isShared ? "shared:0 " : ""
    let options = options.joined(separator: ",")
    let more = fileSystemOptions.joined(separator: ",")
    return "\(id) 0 \(major):\(minor) / \(Self.escape(mountPoint.string)) \(options) \(optional)- "
      + "\(Self.escape(type)) \(source) \(more)"
  }

  private static func escape(_ field: String) -> String {
    field.utf8.reduce(into: "") { result, byte in
      switch byte {
      case 0x20, 0x09, 0x0A, 0x5C, 0x80...: result += "\\" + octal(byte)
      default: result.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
  }

  private static func octal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 8)
    return String(repeating: "0", count: 3 - digits.count) + digits
  }

  /// Undoes the octal escapes of space, tab, newline and backslash.
  private static func unescape(_ field: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = field.utf8[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      let isEscape = byte == UInt8(ascii: "\\") && digits.count == 3
      if isEscape, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8) {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The mounts this process sees, in the order they were made.
public struct MountTable: Sendable {
  /// All mounts.
  public let entries: [MountTableEntry]

  /// Reads a table in the form of /proc/self/mountinfo; lines of another form are left out.
  public init(text: String) {
    entries = text.split(separator: "\n").compactMap { MountTableEntry(line: $0) }
  }

  /// Reads the table of the calling process.
  public static func current() throws(SystemError) -> MountTable {
    let file = try OwnedDescriptor(opening: "/proc/self/mountinfo")
    var text: [UInt8] = []
    while true {
      let piece = try file.readBytes(at: UInt64(text.count), count: 1 << 16)
      if piece.isEmpty { break }
      text += piece
    }
    return MountTable(text: String(decoding: text, as: UTF8.self))
  }

  /// The mount one sees at exactly this path: the last one made there.
  ///
  /// - Parameter path: absolute, without symbolic links, as ``Mounts/resolve(_:)`` makes it.
  public func top(at path: FilePath) -> MountTableEntry? {
    entries.last { $0.mountPoint == path }
  }
}
