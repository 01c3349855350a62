import FileTree
import Flattening
import Tar

/// Layers over few names, so that they collide in every way: each layer is one that the flattener
/// takes, and in which umoci, which reads it as a sequence, must come to the same tree.
///
/// What umoci reads in another way is left out here; hand-written tests have those cases. In each
/// the OCI image specification, layer.md, is on the other side:
///
/// - A whiteout in the midst of a layer removes what that layer itself has put below it before,
///   where no entry of the layer names the directories on the way. "Whiteout files MUST only apply
///   to resources in lower/parent layers."
/// - A whiteout through a symbolic link that the same layer replaces acts on the link's target or
///   on what replaced it, as its place in the archive has it; the same rule makes the order
///   meaningless.
/// - A hard link over its own target fails: the target is removed before it is linked. "When a
///   path of an entry exists already it is unlinked and recreated" says nothing of targets, and
///   tar(1) takes such links.
/// - What umoci makes up for a missing parent has the time and the mode of the moment: see
///   `UmociTests`, which leaves just these fields out. The specification does not say what they are.
struct RandomImage {
  private(set) var layers: [[RandomMember]] = []
  private var flattener = Flattener()
  private let isComplete: Bool

  /// Few enough to collide: four that the targets of links lead to, and some of the odd ones.
  private let names: [ByteString]

  private static let oddNames: [ByteString] = [
    "a-", "\u{e4}", ByteString([0xff, 0x20]), "wh.", ".x", " ", "new\nline", ".wh", ".whx",
    "a.wh.b",
    "...", "-rf", "\\", "*", "a=b", ByteString([1, 0x7f]),
    ByteString([UInt8](repeating: 0x6e, count: 255)),
  ]

  /// Makes an image.
  ///
  /// - Parameter isComplete: Whether every directory, the root too, has an entry before anything
  ///   lies in it.
  init(isComplete: Bool, using random: inout SeededGenerator) {
    self.isComplete = isComplete
    names = ["a", "b", "c", "d"] + Self.oddNames.shuffled(using: &random).prefix(4)
    if isComplete {
      let root = TarEntry(path: Array("./".utf8), kind: .directory, mode: 0o755, mtime: 1_000)
      layers = [[RandomMember(tar: root)]]
      try? flattener.apply(layers[0].compactMap(\.layerEntry))
    }
    for _ in 0..<Int.random(in: 2...4, using: &random) { addLayer(using: &random) }
  }

  /// Whether layers could have been made up here: the flattener takes them, and umoci reads them in
  /// the same way.
  static func accepts(_ layers: [[RandomMember]], isComplete: Bool) -> Bool {
    var image = RandomImage(isComplete: isComplete)
    for layer in layers {
      guard image.isReadAlike(layer) else { return false }
      try? image.flattener.apply(layer.compactMap(\.layerEntry))
    }
    return true
  }

  private func isReadAlike(_ layer: [RandomMember]) -> Bool {
    let whiteouts = layer.filter(\.isWhiteout)
    let others = layer.filter { !$0.isWhiteout }
    return trial(layer) && whiteouts.allSatisfy { isUnambiguous($0, in: layer) }
      && others.indices.allSatisfy { addsName(others[$0], to: whiteouts + others[..<$0]) }
  }

  private init(isComplete: Bool) {
    self.isComplete = isComplete
    names = []
  }

  private mutating func addLayer(using random: inout SeededGenerator) {
    let whiteouts = whiteouts(using: &random)
    var layer = trial(whiteouts) ? whiteouts : []
    let isShuffled = !isComplete && random.chance(50)
    for _ in 0..<Int.random(in: 3...30, using: &random) {
      let tree = tree(with: layer)
      var path = self.path(using: &random)
      if isShuffled, Self.hasLink(path, in: tree) { path = ByteString(path.components[0].bytes) }
      let targets = Self.linkable(in: tree)
      let member = RandomMember(at: path, linkingTo: targets, using: &random)
      if trial(layer + [member]), addsName(member, to: layer) { layer.append(member) }
    }
    if isShuffled { layer = shuffled(layer, using: &random) }
    layer = layer.filter { !$0.isWhiteout || isUnambiguous($0, in: layer) }
    // Without the whiteouts left out, the others may mean something else.
    guard isReadAlike(layer) else { return }
    try? flattener.apply(layer.compactMap(\.layerEntry))
    layers.append(layer)
  }

  /// The layer with its whiteouts anywhere between the other members.
  private func shuffled(
    _ layer: [RandomMember], using random: inout SeededGenerator
  ) -> [RandomMember] {
    var result = layer.filter { !$0.isWhiteout }
    for whiteout in layer where whiteout.isWhiteout {
      result.insert(whiteout, at: .random(in: 0...result.count, using: &random))
    }
    return result
  }

  /// Whether a hard link is one more name, not one that replaces its own target: umoci, which
  /// removes first and links then, fails on those.
  private func addsName(_ member: RandomMember, to layer: [RandomMember]) -> Bool {
    guard case .hardLink(let target) = member.layerEntry?.kind else { return true }
    let before = tree(with: layer)
    guard let inode = before.node(at: target) else { return false }
    return tree(with: layer + [member])[inode].names == before[inode].names + 1
  }

  private func trial(_ layer: [RandomMember]) -> Bool {
    guard layer.allSatisfy({ $0.layerEntry != nil }) else { return false }
    var copy = flattener
    guard (try? copy.apply(layer.compactMap(\.layerEntry))) != nil else { return false }
    return !isComplete || copy.report.impliedDirectories == 0
  }

  private func tree(with layer: [RandomMember]) -> FileTree {
    var copy = flattener
    try? copy.apply(layer.compactMap(\.layerEntry))
    return (try? copy.finish()) ?? FileTree()
  }
}

extension RandomImage {
  private func whiteouts(using random: inout SeededGenerator) -> [RandomMember] {
    let lower = tree(with: [])
    var existing: [ByteString] = []
    lower.forEachName { path, _ in if !path.isEmpty { existing.append(path) } }
    var chosen: [RandomMember] = []
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      var path = existing.randomElement(using: &random) ?? "a"
      if random.chance(20) { path = self.path(using: &random) }
      let name = path.components.last ?? "a"
      let bytes = random.chance(25) ? Array(".wh..wh..opq".utf8) : Array(".wh.".utf8) + name.bytes
      let parent = ByteString(
        Array(path.components.dropLast().map(\.bytes).joined(separator: [0x2f])))
      let full = parent.appending(ByteString(bytes))
      let kind = Self.whiteoutKinds.randomElement(using: &random) ?? .regular
      var tar = TarEntry(path: full.bytes, kind: kind)
      if kind == .hardLink || kind == .symbolicLink { tar.linkPath = Array("a".utf8) }
      let dialect = TarWriter.Dialect.allCases.randomElement(using: &random) ?? .pax
      if Self.hasLink(parent, in: lower) {
        // Alone, so that the order in which links and what they lead to go does not matter.
        if chosen.isEmpty { return [RandomMember(tar: tar, dialect: dialect)] }
      } else {
        chosen.append(RandomMember(tar: tar, dialect: dialect))
      }
    }
    return chosen
  }

  private static let whiteoutKinds: [TarEntry.Kind] = [
    .regular, .regular, .regular, .hardLink, .hardLink, .symbolicLink, .fifo, .characterDevice,
    .directory,
  ]

  private func path(using random: inout SeededGenerator) -> ByteString {
    var path = ByteString([])
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      path = path.appending(names.randomElement(using: &random) ?? "a")
    }
    return random.chance(2) ? ByteString([]) : path
  }

  private static func linkable(in tree: FileTree) -> [ByteString] {
    var paths: [ByteString] = []
    tree.forEachName { path, node in if !tree.isDirectory(node) { paths.append(path) } }
    return paths
  }

  private static func hasLink(_ path: ByteString, in tree: FileTree) -> Bool {
    var prefix = ByteString([])
    return path.components.contains { name in
      prefix = prefix.appending(name)
      guard let node = tree.node(at: prefix) else { return false }
      if case .symbolicLink = tree[node].kind { return true }
      return false
    }
  }

  /// Whether reading the layer as a sequence and reading its whiteouts first mean the same.
  private func isUnambiguous(_ member: RandomMember, in layer: [RandomMember]) -> Bool {
    guard let entry = member.layerEntry, let whiteout = entry.whiteout else { return true }
    let parent = Array(entry.path.components.dropLast())
    let brought = layer.filter { !$0.isWhiteout }.compactMap(\.layerEntry)
    let kinds = Dictionary(grouping: brought, by: \.path.components)
    let prefixes = (0...parent.count).dropFirst().map { Array(parent.prefix($0)) }
    if Self.hasLink(
      ByteString(Array(parent.map(\.bytes).joined(separator: [0x2f]))), in: tree(with: []))
    {
      return prefixes.allSatisfy { kinds[$0] == nil }
    }
    if prefixes.contains(where: { kinds[$0]?.contains { $0.kind != .directory } ?? false }) {
      return false
    }
    var target = parent
    if case .removal(let name) = whiteout { target.append(name) }
    let first = whiteout == .opaque ? target.count + 1 : target.count
    var directories: Set<[ByteString]> = []
    return brought.allSatisfy { other in
      let path = other.path.components
      if other.kind == .directory { directories.insert(path) }
      guard path.count > target.count, path.starts(with: target) else { return true }
      return (first..<path.count).allSatisfy { directories.contains(Array(path.prefix($0))) }
    }
  }
}

extension RandomMember {
  var isWhiteout: Bool { layerEntry.map { $0.whiteout != nil } ?? true }
}
