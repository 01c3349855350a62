import Digests
import FileTree
import Flattening
import Glibc
import Testing

/// The layers in fixtures/flattening, with the tree that must come of them in `tree.txt`; neither
/// was made by a program that flattens.
@Suite("Hand-written layers")
struct HandWrittenTests {
  private static let directory =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/") + "/fixtures/flattening/"

  static let cases = ((try? names(in: directory)) ?? []).filter { !$0.hasPrefix("make") }

  @Test("are all there")
  func completeness() { #expect(Self.cases.count == 17) }

  @Test("become the tree that is written down", arguments: Self.cases)
  func tree(name: String) throws {
    let expected = try readFile(Self.directory + name + "/tree.txt")
    var contents: [[UInt8]] = []
    var layers: [Layer] = []
    for file in try names(in: Self.directory + name) where file.hasSuffix(".tar") {
      let archive = try readBytes(Self.directory + name + "/" + file)
      layers.append(
        try MemberCollector.members(of: archive).compactMap { member in
          guard var entry = member.layerEntry else { return nil }
          if case .regular = entry.kind, entry.whiteout == nil {
            entry.kind = .regular(content(member.content, in: &contents))
          }
          return entry
        })
    }
    #expect(!layers.isEmpty)
    let dump = try flatten(layers).dump { content throws(Never) in
      let bytes = contents[Int(content.tail?.fragment ?? 0)]
      return SHA256Digest.of(bytes.span.bytes).bytes
    }
    let found = dump.map(\.description)
    let lines = expected.split(separator: "\n").map(String.init)
    for (ours, theirs) in zip(found, lines) { #expect(ours == theirs) }
    #expect(found.count == lines.count)
  }

  /// A content whose fragment is the number of the bytes in `contents`.
  private func content(_ bytes: [UInt8], in contents: inout [[UInt8]]) -> FileContent {
    contents.append(bytes)
    return FileContent(
      size: UInt64(bytes.count),
      tail: TailPosition(fragment: UInt32(contents.count - 1), offset: 0))
  }
}

/// The names in a directory, in order.
private func names(in directory: String) throws -> [String] {
  guard let stream = opendir(directory) else {
    throw CommandError(description: "cannot open \(directory)")
  }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if !name.hasPrefix(".") { names.append(name) }
  }
  return names.sorted()
}
