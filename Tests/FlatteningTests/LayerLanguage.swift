import FileTree
import Flattening

// The tiny language in which tests write layers down: one function per kind of entry. The content
// of a file is a number, which the dump shows as two hex digits in place of a digest.

typealias Layer = [LayerEntry]

func dir(
  _ path: ByteString, _ mode: UInt16 = 0o755, uid: UInt32 = 0, mtime: UInt32 = 1,
  xattrs: [ExtendedAttribute] = []
) -> LayerEntry {
  LayerEntry(
    path: path, attributes: Attributes(mode: mode, uid: uid, mtime: mtime, xattrs: xattrs),
    kind: .directory)
}

func file(
  _ path: ByteString, _ content: UInt32 = 0, mode: UInt16 = 0o644, uid: UInt32 = 0
) -> LayerEntry {
  LayerEntry(
    path: path, attributes: Attributes(mode: mode, uid: uid, mtime: 1),
    kind: .regular(FileContent(size: 1, tail: TailPosition(fragment: content, offset: 0))))
}

func symlink(_ path: ByteString, _ target: ByteString) -> LayerEntry {
  LayerEntry(
    path: path, attributes: Attributes(mode: 0o777, mtime: 1), kind: .symbolicLink(target))
}

func hardLink(_ path: ByteString, _ target: ByteString) -> LayerEntry {
  LayerEntry(path: path, attributes: Attributes(mode: 0o7777, uid: 9), kind: .hardLink(target))
}

func fifo(_ path: ByteString) -> LayerEntry {
  LayerEntry(path: path, attributes: Attributes(mode: 0o600, mtime: 1), kind: .fifo)
}

func flatten(_ layers: Layer...) throws -> FileTree { try flatten(layers) }

func flatten(_ layers: [Layer]) throws -> FileTree {
  var flattener = Flattener()
  for layer in layers { try flattener.apply(layer) }
  return try flattener.finish()
}

/// The error that flattening ends with, nil if it succeeds.
func refusal(_ layers: Layer...) -> FlatteningError? {
  var flattener = Flattener()
  do throws(FlatteningError) {
    for layer in layers { try flattener.apply(layer) }
    _ = try flattener.finish()
    return nil
  } catch {
    return error
  }
}

/// The canonical dump, without the root's line.
func dump(_ tree: FileTree) -> String {
  tree.dump { content throws(Never) in content.tail.map { [UInt8(truncatingIfNeeded: $0.fragment)] }
  }
  .dropFirst().map(\.description).joined(separator: "\n")
}

/// The names alone: directories end in a slash, files show their content, links their target.
func outline(_ tree: FileTree) -> [String] {
  var names: [String] = []
  tree.forEachName { path, node in
    let name = path.description
    switch tree[node].kind {
    case .directory: if !path.isEmpty { names.append(name + "/") }
    case .regular(let content): names.append("\(name) \(content.tail?.fragment ?? 0)")
    case .symbolicLink(let target): names.append("\(name) -> \(target)")
    default: names.append(name)
    }
  }
  return names
}
