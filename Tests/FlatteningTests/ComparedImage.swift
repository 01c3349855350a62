import FileTree
import Flattening

/// Layers as archives, flattened here and unpacked by umoci.
struct ComparedImage {
  /// Where umoci unpacked it.
  let root: String
  private let archives: [[UInt8]]
  private let isComplete: Bool

  /// Writes an image and lets umoci unpack it.
  ///
  /// - Parameters:
  ///   - isComplete: Whether every directory has an entry, so that nothing is made up.
  ///   - path: A path that is free, in `directory`.
  init(
    _ layers: [[RandomMember]], isComplete: Bool, at path: String, in directory: TemporaryDirectory
  ) throws {
    self.isComplete = isComplete
    root = path + "-root"
    archives = layers.map { layer in
      var writer = TarWriter()
      for member in layer { writer.append(member, as: member.dialect) }
      return writer.finish()
    }
    try ImageLayoutWriter(directory: path).write(layers: archives)
    _ = try run(["umoci", "raw", "unpack", "--image", path + ":latest", root], in: directory)
  }

  /// Unpacked trees as text, in the order of the roots.
  static func unpacked(_ roots: [String], in directory: TemporaryDirectory) throws -> [[String]] {
    let text = try run(["python3", "-c", UnpackedTree.script] + roots, in: directory)
    return text.split(separator: "\n\n").map { $0.split(separator: "\n").map(String.init) }
  }

  /// In which lines the flattened tree is another than the unpacked one.
  func differences(from unpacked: [String]) throws -> [String] {
    let layers = try archives.map { try MemberCollector.members(of: $0) }
    let tree = try flatten(layers.map { $0.compactMap(\.layerEntry) })
    let flattened = tree.dump { content throws(Never) in RandomMember.content(of: content) }
    let pairs = zip(flattened, unpacked).map { ours, theirs in
      (comparable(ours, "\(ours)"), comparable(ours, theirs))
    }
    var found = pairs.filter { $0.0 != $0.1 }.map { "firn:  \($0.0)\numoci: \($0.1)" }
    if flattened.count != unpacked.count {
      found.append("firn has \(flattened.count) names and umoci \(unpacked.count)")
    }
    return found
  }

  /// The line; where directories have no entry, without what umoci then leaves to the moment:
  /// mode, group and time of a missing parent, and the time of the directory it is made in.
  private func comparable(_ ours: DumpLine, _ text: String) -> String {
    guard !isComplete, case .inode(let inode) = ours.content, inode.mode & 0o170000 == 0o040000
    else { return text }
    var fields = text.split(separator: " ", omittingEmptySubsequences: false)
    for place in inode.mtime == 0 ? [1, 3, 5] : [5] where fields.count > place {
      fields[place] = "*"
    }
    return fields.joined(separator: " ")
  }
}

extension ComparedImage {
  /// What is different, as text; nil where both come to the same tree.
  static func difference(
    _ layers: [[RandomMember]], isComplete: Bool, in directory: TemporaryDirectory
  ) -> String? {
    let path = "\(directory.path)/\(UInt64.random(in: 0 ... .max))"
    do {
      let image = try ComparedImage(layers, isComplete: isComplete, at: path, in: directory)
      let unpacked = try unpacked([image.root], in: directory)
      let found = try image.differences(from: unpacked.first ?? [])
      return found.isEmpty ? nil : found.joined(separator: "\n")
    } catch { return "\(error)" }
  }

  /// The smallest layers found that still differ: without each layer and member that can be spared.
  static func shrunk(
    _ layers: [[RandomMember]], isComplete: Bool, stillFails: ([[RandomMember]]) -> Bool
  ) -> [[RandomMember]] {
    var best = layers
    func isTaken(_ candidate: [[RandomMember]]) -> Bool {
      guard RandomImage.accepts(candidate, isComplete: isComplete), stillFails(candidate)
      else { return false }
      best = candidate
      return true
    }
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      for layer in best.indices.reversed() {
        var without = best
        without.remove(at: layer)
        if isTaken(without) {
          isSmaller = true
          continue
        }
        for member in best[layer].indices.reversed() {
          var without = best
          without[layer].remove(at: member)
          if isTaken(without) { isSmaller = true }
        }
      }
    }
    return best
  }
}
