internal import AdditionalImageStore
public import Linux
internal import SystemPackage

/// What a tree has made up and the kernel may ask by.
///
/// That is which user has which view, and how often the kernel was given what is counted. A tree
/// that goes on with a mount takes it from there.
///
/// In a file, from an offset on: a word that says whether counts were lost; at 4096 the counts,
/// each a node and a count of eight bytes; at 1 MiB the views, each of 4 KiB, as words of four bytes,
/// their count first: user, group, and for users and for groups the fallback and the ranges. All
/// numbers have the lowest byte first. A write that a killed server did not finish is a node counted once too often, or a
/// view that nobody has seen. Safe to use from any thread.
public final class TreeRecord: Sendable {
  /// How many counts there is room for.
  static let mostUses = 32_768

  private static let usesOffset: UInt64 = 4096
  private static let viewsOffset: UInt64 = 1 << 20
  private static let viewSize = 4096
  private let file: OwnedDescriptor
  private let base: UInt64

  /// Takes over a file, of which it uses what lies from an offset on.
  public init(_ file: consuming OwnedDescriptor, at offset: UInt64) {
    self.file = file
    base = offset
  }

  private func write<Word: FixedWidthInteger>(_ words: [Word], at offset: UInt64) {
    let bytes = words.flatMap { word in
      (0..<Word.bitWidth / 8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
    try? file.writeAll(bytes.span.bytes, at: base + offset)
  }

  private func read<Word: FixedWidthInteger>(_ count: Int, at offset: UInt64) -> [Word] {
    let size = Word.bitWidth / 8
    guard let bytes = try? file.readBytes(at: base + offset, count: count * size) else { return [] }
    return (0..<bytes.count / size).map { index in
      (0..<size).reversed().reduce(Word(0)) { $0 << 8 | Word(bytes[index * size + $1]) }
    }
  }
}

// MARK: - Counts

extension TreeRecord {
  func keep(use node: UInt64, count: UInt64, at place: Int) {
    write([node, count], at: Self.usesOffset + UInt64(place) * 16)
  }

  /// All counts by their places, also those that are 0.
  var uses: [(node: UInt64, count: UInt64)] {
    let words: [UInt64] = read(Self.mostUses * 2, at: Self.usesOffset)
    let uses = stride(from: 0, to: words.count - 1, by: 2).map { (words[$0], words[$0 + 1]) }
    return uses.last(where: { $0.0 != 0 }) == nil
      ? [] : Array(uses[...(uses.lastIndex { $0.0 != 0 } ?? 0)])
  }

  /// Notes that there was no room for a count.
  func loseUses() { write([UInt64(1)], at: 0) }

  /// Whether there was no room for a count.
  var hasLostUses: Bool { (read(1, at: 0) as [UInt64]).first == 1 }
}

// MARK: - Views

extension TreeRecord {
  /// Keeps the view with a number, 1 or more; one with more ranges than there is room for is kept as
  /// one that nobody can use.
  func keep(_ identity: Identity, asView number: Int) {
    var words = [identity.uid, identity.gid, identity.keepID == nil ? 0 : 1]
    for mapping in [identity.users, identity.groups] {
      words += [mapping.fallback, UInt32(mapping.ranges.count)]
      words += mapping.ranges.flatMap { [$0.inside, $0.outside, $0.count] }
    }
    if (words.count + 1) * 4 > Self.viewSize { words = [UInt32.max, UInt32.max, 0, 0, 0, 0, 0] }
    let offset = Self.viewsOffset + UInt64(number) * UInt64(Self.viewSize)
    write(words, at: offset + 4)
    write([UInt32(words.count)], at: offset)
  }

  /// The views that were made, in the order of their numbers, from 1 on.
  var views: [Identity] {
    var result: [Identity] = []
    while true {
      let offset = Self.viewsOffset + UInt64(result.count + 1) * UInt64(Self.viewSize)
      let words: [UInt32] = read(Self.viewSize / 4, at: offset)
      guard let count = words.first, count > 0, Int(count) < words.count,
        let identity = Self.identity(words[1...Int(count)])
      else { return result }
      result.append(identity)
    }
  }

  private static func identity(_ words: ArraySlice<UInt32>) -> Identity? {
    var rest = words
    func mapping() -> IDMapping? {
      guard let fallback = rest.popFirst(), let count = rest.popFirst(),
        Int(count) <= rest.count / 3
      else { return nil }
      var ranges: [IDRange] = []
      for _ in 0..<count {
        let numbers = Array(rest.prefix(3))
        rest = rest.dropFirst(3)
        ranges.append(IDRange(inside: numbers[0], outside: numbers[1], count: numbers[2]))
      }
      return IDMapping(ranges: ranges, fallback: fallback)
    }
    guard let uid = rest.popFirst(), let gid = rest.popFirst(), let hasKeepID = rest.popFirst(),
      let users = mapping(), let groups = mapping()
    else { return nil }
    var identity = Identity(uid: uid, gid: gid, users: users, groups: groups, keepID: nil)
    if hasKeepID == 1, let keepUsers = KeepIDMapping(id: uid, rootless: users),
      let keepGroups = KeepIDMapping(id: gid, rootless: groups)
    {
      identity.keepID = Identity.KeepID(users: keepUsers, groups: keepGroups)
    }
    return identity
  }
}
