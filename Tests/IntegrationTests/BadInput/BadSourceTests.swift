import Testing

/// Images that cannot be had, or are not what they say.
@Suite("Bad sources", .needs(.firn))
struct BadSourceTests {
  let scratch: Scratch
  let firn: Firn
  let temporary: TemporaryFiles
  let clean: CleanStore

  init() throws {
    scratch = try Scratch("bad-source")
    temporary = try TemporaryFiles(scratch)
    var firn = try Firn(creating: scratch("store"))
    firn.environment["TMPDIR"] = temporary.path
    self.firn = firn
    clean = try CleanStore(scratch)
  }

  /// Imports what must be refused, and checks that nothing is left.
  private func expectRefused(
    _ status: Int32, _ reference: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Command.Outcome {
    let before = try listing(firn.store)
    let outcome = try firn.run(
      "import", "--quiet", "--tls-verify=false", "--name", "bad", reference)
    outcome.expectFailure(status, sourceLocation: sourceLocation)
    #expect(try listing(firn.store) == before, sourceLocation: sourceLocation)
    try temporary.expectNone(sourceLocation: sourceLocation)
    #expect(ProcessTable.naming(scratch.path).isEmpty, sourceLocation: sourceLocation)
    return outcome
  }

  @Test("a registry that cannot be reached is refused soon, with its address")
  func unreachable() throws {
    let outcome = try expectRefused(69, "docker://127.0.0.1:1/some/image:1")
    #expect(outcome.errors.contains("127.0.0.1:1"))
    #expect(outcome.seconds < 60, "it took \(outcome.seconds) s")
    try clean.expectCleared(firn)
  }

  @Test("a registry without the image is refused", .tags(.registry), .needs(.registry))
  func unknownInRegistry() throws {
    let address = try TestRun.registry.value.address
    let outcome = try expectRefused(66, "docker://\(address)/no/such:image")
    #expect(outcome.errors.contains("no/such"))
  }

  @Test(
    "an archive or layout that is not there is refused",
    arguments: ["oci", "oci-archive", "docker-archive"])
  func missing(transport: String) throws {
    let outcome = try expectRefused(66, "\(transport):\(scratch("nowhere")):latest")
    #expect(outcome.errors.contains(scratch("nowhere")))
  }

  @Test("a tag that a layout lacks is refused")
  func missingTag() throws {
    let outcome = try expectRefused(66, "oci:\(clean.small):other")
    #expect(outcome.errors.contains("other"))
  }

  @Test("a transport that does not exist is refused")
  func unknownTransport() throws {
    _ = try expectRefused(64, "ftp://example.org/image")
  }

  @Test("a damaged blob is refused, and named", arguments: ["layer", "config", "manifest"])
  func damaged(what: String) throws {
    let path = try LayoutBuilder(scratch: scratch).layout(
      "image", layers: [["a": noise(300_000, seed: 1)], ["b": noise(300_000, seed: 2)]])
    let layout = try Layout(path)
    let digest =
      switch what {
      case "layer": layout.manifest.layers[1].digest
      case "config": layout.manifest.config.digest
      default: layout.digest
      }
    var bytes = try readFile(layout.blob(digest))
    bytes[bytes.count / 2] ^= 1
    try writeFile(layout.blob(digest), bytes)
    let outcome = try expectRefused(65, "oci:\(path):latest")
    #expect(outcome.errors.contains(digest))
    try clean.expectCleared(firn)
  }

  @Test("a truncated layer is refused")
  func truncated() throws {
    let path = try LayoutBuilder(scratch: scratch).layout(
      "image", layers: [["a": noise(300_000, seed: 1)]])
    let layout = try Layout(path)
    let blob = layout.blob(layout.manifest.layers[0].digest)
    try writeFile(blob, Array(try readFile(blob).dropLast(100_000)))
    _ = try expectRefused(65, "oci:\(path):latest")
    try clean.expectCleared(firn)
  }

  @Test("a layer that is not there is refused")
  func missingBlob() throws {
    let path = try LayoutBuilder(scratch: scratch).layout(
      "image", layers: [["a": noise(300_000, seed: 1)], ["b": noise(3000, seed: 2)]])
    let layout = try Layout(path)
    try output("rm", layout.blob(layout.manifest.layers[1].digest))
    let outcome = try firn.run("import", "--quiet", "--name", "bad", "oci:\(path):latest")
    #expect([65, 66].contains(outcome.status))
    outcome.expectFailure(
      outcome.status, mentions: String(layout.manifest.layers[1].digest.dropFirst(7)))
    try clean.expectCleared(firn)
  }

  @Test(
    "a full disk stops an import; then there is room again", .tags(.root), .needs(.root, .images))
  func fullDisk() throws {
    let disk = try Mount("-t", "tmpfs", "-o", "size=24m", "full", at: scratch("disk"))
    let firn = try Firn(creating: "\(disk.point)/store")
    let before = try listing(firn.store)
    let outcome = try firn.run(
      "import", "--quiet", "--name", "big", "oci:\(Images.layout(.debian)):latest")
    outcome.expectFailure(74)
    #expect(try listing(firn.store) == before)
    try clean.expectCleared(firn)
  }
}
