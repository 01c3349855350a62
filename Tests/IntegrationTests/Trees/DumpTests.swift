import Testing

extension TreeTests {
  @Test("the dump says of every path what umoci unpacks, in the documented grammar")
  func dumpedTree() throws {
    let dump = try fixture.firn("dump", "--digests", "tree/debian").text
    let lines = dump.split(separator: "\n").map(String.init)
    let expected = try fixture.expected(.debian).entries.map(\.dumpLine).sorted()
    let found = lines.map(Self.withoutDigest).sorted()
    let (missing, surplus) = (Set(expected).subtracting(found), Set(found).subtracting(expected))
    #expect(missing.sorted().prefix(5) == [] && surplus.sorted().prefix(5) == [])
    #expect(found.count == expected.count)
    let numbers = try #require(lines.first { $0.hasPrefix("/opt/app/numbers ") })
    #expect(try numbers.contains(sha256(Images.unpacked(.debian) + "/opt/app/numbers")))
  }

  @Test("the dump is the same from a fresh store")
  func dumpAgain() throws {
    let scratch = try Scratch("dump")
    let firn = try Firn(creating: scratch("store"))
    try firn.importImage("oci:\(Images.layout(.debian)):latest", as: "copy")
    #expect(try firn("dump", "copy").output == fixture.firn("dump", "tree/debian").output)
  }

  /// A line with `-` in the place of a digest.
  private static func withoutDigest(_ line: String) -> String {
    var words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    if words.count > 8 { words[8] = "-" }
    return words.joined(separator: " ")
  }
}

extension TreeEntry {
  /// The line of `firn dump` for the entry (firn(1), "dump"), without a digest.
  fileprivate var dumpLine: String {
    if let firstLink, firstLink != path { return "/\(path) hardlink /\(firstLink)" }
    let type: UInt32 =
      switch kind {
      case .fifo: 0o010000
      case .characterDevice: 0o020000
      case .directory: 0o040000
      case .blockDevice: 0o060000
      case .regular: 0o100000
      case .symlink: 0o120000
      case .socket: 0o140000
      }
    let digits = String(type | mode, radix: 8)
    let payload =
      if kind == .symlink { String(content.dropFirst(3)) } else if let device {
        "\(device.major):\(device.minor)"
      } else { "-" }
    let words =
      [
        "/\(path)", String(repeating: "0", count: 6 - digits.count) + digits, "\(uid)", "\(gid)",
        "\(size)", "\(modified)", "\(links)", payload, "-",
      ]
      + xattrs.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.printable($0.value))" }
    return words.joined(separator: " ")
  }
}
