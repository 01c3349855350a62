import Testing

/// Many readers at once get what one reader gets.
@Suite(
  "Parallel reading", .tags(.root, .fuse), .needs(.firn, .root, .fuse, .images, .umoci))
struct ParallelReadingTests {
  /// Hashes every file of a tree in an order that the number chooses; paths are sorted afterwards.
  private static let script = """
    cd "$1"
    find . -xdev -type f -print0 | shuf -z --random-source="$3" |
      xargs -0 sha256sum | sort -k 2 >"$2"
    """

  @Test("eight readers of everything, each in another order, get the right bytes")
  func eightReaders() throws {
    let scratch = try Scratch("parallel")
    let firn = try Firn(creating: scratch("store"))
    try firn.importImage("oci:\(Images.layout(.debian)):latest", as: "debian")
    let served = try ServedMount(firn, at: scratch("mount"))
    let readers = try (1...8).map { number in
      try writeFile(scratch("order-\(number)"), noise(1 << 20, seed: UInt64(number)))
      return try Command(
        "sh", "-euc", Self.script, "sh", served.root("debian"), scratch("sums-\(number)"),
        scratch("order-\(number)")
      ).start()
    }
    for reader in readers {
      let outcome = try reader.wait(timeout: 120)
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
    }
    try writeFile(scratch("order"), noise(1 << 20, seed: 99))
    try shell(Self.script, Images.unpacked(.debian), scratch("expected"), scratch("order"))
    #expect(try fileSize(scratch("expected")) > 100_000)
    for number in 1...8 {
      #expect(try sameBytes(scratch("sums-\(number)"), scratch("expected")))
    }
  }
}
