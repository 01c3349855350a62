internal import FileTree

/// The entries of a layer recipe as bytes (firn-store(5), "Layer entry").
enum EntryTable {
  private enum Tag {
    static let directory: UInt8 = 1
    static let regular: UInt8 = 2
    static let symbolicLink: UInt8 = 3
    static let blockDevice: UInt8 = 4
    static let characterDevice: UInt8 = 5
    static let fifo: UInt8 = 6
    static let hardLink: UInt8 = 8
  }
  private static let smallestEntry = 1 + 2 + 4 + 4 + 4 + 4 + 4

  static func encode(_ entries: [LayerEntry]) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(UInt32(entries.count))
    for entry in entries {
      append(tag(of: entry.kind), entry, to: &writer)
      appendContent(of: entry.kind, to: &writer)
    }
    return writer.bytes
  }

  private static func tag(of kind: LayerEntry.Kind) -> UInt8 {
    switch kind {
    case .directory: Tag.directory
    case .regular: Tag.regular
    case .symbolicLink: Tag.symbolicLink
    case .blockDevice: Tag.blockDevice
    case .characterDevice: Tag.characterDevice
    case .fifo: Tag.fifo
    case .hardLink: Tag.hardLink
    }
  }

  private static func append(_ tag: UInt8, _ entry: LayerEntry, to writer: inout ByteWriter) {
    let attributes = entry.attributes
    writer.append(tag)
    writer.append(attributes.mode)
    writer.append(attributes.uid)
    writer.append(attributes.gid)
    writer.append(attributes.mtime)
    writer.append(counted: entry.path.bytes)
    writer.append(UInt32(attributes.xattrs.count))
    for xattr in attributes.xattrs {
      writer.append(counted: xattr.name.bytes)
      writer.append(counted: xattr.value)
    }
  }

  private static func appendContent(of kind: LayerEntry.Kind, to writer: inout ByteWriter) {
    switch kind {
    case .directory, .fifo: break
    case .regular(let content): append(content, to: &writer)
    case .symbolicLink(let target), .hardLink(let target): writer.append(counted: target.bytes)
    case .blockDevice(let number), .characterDevice(let number):
      writer.append(number.major)
      writer.append(number.minor)
    }
  }

  private static func append(_ content: FileContent, to writer: inout ByteWriter) {
    writer.append(content.size)
    writer.append(UInt32(content.blocks.count))
    for block in content.blocks { writer.append(block) }
    writer.append(UInt8(content.tail == nil ? 0 : 1))
    guard let tail = content.tail else { return }
    writer.append(tail.fragment)
    writer.append(tail.offset)
  }
}

extension EntryTable {
  static func decode(_ reader: inout ByteReader) throws(FormatError) -> [LayerEntry] {
    let count = try reader.count(ofItemsOf: smallestEntry)
    var entries: [LayerEntry] = []
    entries.reserveCapacity(count)
    for _ in 0..<count { entries.append(try entry(&reader)) }
    try reader.finish()
    return entries
  }

  private static func entry(_ reader: inout ByteReader) throws(FormatError) -> LayerEntry {
    let tag = try reader.integer(UInt8.self)
    let mode = try reader.integer(UInt16.self)
    let uid = try reader.integer(UInt32.self)
    let gid = try reader.integer(UInt32.self)
    let mtime = try reader.integer(UInt32.self)
    let path = ByteString(try reader.counted())
    guard mode & ~0o7777 == 0 else { throw .invalid("an entry has an impossible mode") }
    let attributes = Attributes(
      mode: mode, uid: uid, gid: gid, mtime: mtime, xattrs: try xattrs(&reader))
    return LayerEntry(path: path, attributes: attributes, kind: try kind(tag, &reader))
  }

  private static func xattrs(
    _ reader: inout ByteReader
  ) throws(FormatError) -> [ExtendedAttribute] {
    var xattrs: [ExtendedAttribute] = []
    for _ in 0..<(try reader.count(ofItemsOf: 8)) {
      let name = ByteString(try reader.counted())
      xattrs.append(ExtendedAttribute(name: name, value: try reader.counted()))
    }
    guard zip(xattrs, xattrs.dropFirst()).allSatisfy({ $0.name < $1.name }) else {
      throw .invalid("extended attributes are not in order")
    }
    return xattrs
  }

  private static func kind(
    _ tag: UInt8, _ reader: inout ByteReader
  ) throws(FormatError) -> LayerEntry.Kind {
    switch tag {
    case Tag.directory: .directory
    case Tag.regular: .regular(try content(&reader))
    case Tag.symbolicLink: .symbolicLink(ByteString(try reader.counted()))
    case Tag.blockDevice: .blockDevice(try device(&reader))
    case Tag.characterDevice: .characterDevice(try device(&reader))
    case Tag.fifo: .fifo
    case Tag.hardLink: .hardLink(ByteString(try reader.counted()))
    default: throw .invalid("an entry is of unknown kind")
    }
  }

  private static func device(_ reader: inout ByteReader) throws(FormatError) -> DeviceNumber {
    let major = try reader.integer(UInt32.self)
    return DeviceNumber(major: major, minor: try reader.integer(UInt32.self))
  }

  private static func content(_ reader: inout ByteReader) throws(FormatError) -> FileContent {
    let size = try reader.integer(UInt64.self)
    let count = try reader.count(ofItemsOf: 4)
    var blocks: [FileContent.BlockIndex] = []
    blocks.reserveCapacity(count)
    for _ in 0..<count { blocks.append(try reader.integer(UInt32.self)) }
    switch try reader.integer(UInt8.self) {
    case 0: return FileContent(size: size, blocks: blocks)
    case 1:
      let fragment = try reader.integer(UInt32.self)
      let tail = TailPosition(fragment: fragment, offset: try reader.integer(UInt32.self))
      return FileContent(size: size, blocks: blocks, tail: tail)
    default: throw .invalid("a file's content has an unknown form")
    }
  }
}
