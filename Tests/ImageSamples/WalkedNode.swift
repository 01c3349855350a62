public import FUSE
public import SystemPackage

/// A node that a walk through a file system found.
public struct WalkedNode: Sendable {
  /// The path from where the walk began; empty for that node itself.
  public let path: String
  /// What looking the name up gave.
  public let entry: Entry
  /// What a listing said of the name; nil for the first node.
  public let listed: ListedEntry?
}

extension FileSystem {
  /// Looks a path up, name by name; a symbolic link in the top directory is followed on the way,
  /// and with a slash behind it.
  public func find(
    _ path: String, from node: NodeID = .root, caller: Caller
  ) throws(Errno) -> Entry {
    var entry = Entry.negative(timeout: 0)
    var node = node
    let names = path.split(separator: "/")
    for (index, name) in names.enumerated() {
      entry = try lookup(Array(name.utf8).span.bytes, in: node, caller: caller)
      if entry.isNegative { throw .noSuchFileOrDirectory }
      let isLast = index == names.count - 1 && path.last != "/"
      if node == .root, !isLast, entry.attributes.kind == .symbolicLink {
        let target = try linkTarget(of: entry.node, caller: caller)
        entry = try find(String(decoding: target, as: UTF8.self), caller: caller)
      }
      node = entry.node
    }
    return entry
  }

  /// All of a file, in reads of a size.
  public func content(
    of entry: Entry, reading size: Int = 1 << 17, caller: Caller
  ) throws(Errno) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let part = try read(entry.node, at: UInt64(bytes.count), count: size, caller: caller)
      if part.count == 0 { return bytes }
      bytes += part.copied()
    }
  }

  /// All entries of a directory, page by page.
  public func allEntries(
    of node: NodeID, capacity: Int = 4096, wholeEntries: Bool = false, caller: Caller
  ) throws(Errno) -> [ListedEntry] {
    var found: [ListedEntry] = []
    while true {
      let page = try entries(
        of: node, after: found.last?.cookie ?? 0, capacity: capacity, wholeEntries: wholeEntries,
        caller: caller)
      if page.isEmpty { return found }
      found += page
    }
  }

  /// Everything below a directory, each name once, directories before what is in them.
  public func walk(
    _ start: Entry, path: String = "", listed: ListedEntry? = nil, caller: Caller
  ) throws(Errno) -> [WalkedNode] {
    var nodes = [WalkedNode(path: path, entry: start, listed: listed)]
    guard start.attributes.kind == .directory else { return nodes }
    for child in try allEntries(of: start.node, caller: caller) {
      let name = String(decoding: child.name, as: UTF8.self)
      if name == "." || name == ".." { continue }
      let entry = try lookup(child.name.span.bytes, in: start.node, caller: caller)
      let below = path.isEmpty ? name : "\(path)/\(name)"
      if entry.isNegative {
        nodes.append(WalkedNode(path: below, entry: entry, listed: child))
      } else {
        nodes += try walk(entry, path: below, listed: child, caller: caller)
      }
    }
    return nodes
  }
}
