import Testing

/// Several commands change one store at the same time.
@Suite("At the same time", .needs(.firn))
struct ConcurrentImportTests {
  let scratch: Scratch
  let firn: Firn

  init() throws {
    scratch = try Scratch("concurrent")
    firn = try Firn(creating: scratch("store"))
  }

  @Test("imports that run at once all land, and share what they can")
  func imports() throws {
    let shared = noise(2_000_000, seed: 1)
    let builder = LayoutBuilder(scratch: scratch)
    let layouts = try (0..<6).map { number in
      try builder.layout(
        "image-\(number)",
        layers: [["shared": shared], ["own": noise(40_000, seed: UInt64(number + 2))]])
    }
    let programs = try layouts.enumerated().map { number, layout in
      try firn.command(
        "import", "--quiet", "--name", "image-\(number)", "oci:\(layout):latest"
      ).start()
    }
    for program in programs {
      let outcome = try program.wait(timeout: 120)
      #expect(outcome.status == 0, "\(outcome)")
    }
    #expect(try firn.images().map(\.name) == (0..<6).map { "image-\($0)" })
    #expect(try list("\(firn.store)/staging") == [])
    for number in 0..<6 {
      try firn("export", "image-\(number)", scratch("found.squashfs"))
      let control = try Firn(creating: scratch("control-\(number)"))
      try control.importImage("oci:\(layouts[number]):latest", as: "image")
      try control("export", "image", scratch("expected.squashfs"))
      #expect(try sameBytes(scratch("found.squashfs"), scratch("expected.squashfs")))
    }
  }

  @Test("images of one command share layers, and what is good of them lands")
  func batch() throws {
    let builder = LayoutBuilder(scratch: scratch)
    let shared = noise(2_000_000, seed: 1)
    let layouts = try (0..<3).map { number in
      try builder.layout(
        "image-\(number)",
        layers: [["shared": shared], ["own": noise(40_000, seed: UInt64(number + 2))]])
    }
    let references = layouts.map { "oci:\($0):latest" }
    let outcome = try firn.command(
      ["import", references[0], "oci:\(scratch("none")):latest", references[1], references[2]]
    ).run()
    #expect(outcome.status == 66)
    #expect(outcome.errors.contains("1 of 4 images was not imported"))
    #expect(outcome.errors.contains("oci:\(scratch("none")):latest: "))
    #expect(try firn.images().count == 3)
    #expect(try list("\(firn.store)/layers").count == 4)
    #expect(try firn.packBytes() < 2_300_000)
    #expect(try list("\(firn.store)/staging") == [])
  }

  @Test("imports of two processes fetch a large layer once")
  func processes() throws {
    let builder = LayoutBuilder(scratch: scratch)
    let shared = noise(100 << 20, seed: 1)
    let layouts = try (0..<2).map { number in
      try builder.layout(
        "image-\(number)",
        layers: [["shared": shared], ["own": noise(40_000, seed: UInt64(number + 2))]])
    }
    func start(_ number: Int) throws -> RunningProgram {
      try firn.command(
        "import", "--json", "--name", "image-\(number)", "oci:\(layouts[number]):latest"
      ).start()
    }
    let first = try start(0)
    let isAnnounced = try eventually(within: 60) {
      try !first.isRunning || list("\(firn.store)/staging").contains { $0.hasPrefix(".") }
    }
    #expect(isAnnounced && first.isRunning)
    let second = try start(1).wait(timeout: 120)
    #expect(try first.wait(timeout: 120).status == 0)
    #expect(second.status == 0)
    #expect(second.text.contains("\"layer-reused\""))
    #expect(!second.text.contains("\"fetchedLayers\":2"))
    #expect(try firn.packBytes() < 110 << 20)
  }

  @Test("names given at once are all kept")
  func tags() throws {
    let layout = try LayoutBuilder(scratch: scratch).layout("image", layers: [["a": [1]]])
    try firn.importImage("oci:\(layout):latest", as: "image")
    let programs = try (0..<12).map { try firn.command("tag", "image", "name-\($0)").start() }
    for program in programs {
      let outcome = try program.wait(timeout: 60)
      #expect(outcome.status == 0, "\(outcome)")
    }
    let names = try Set(firn.images().compactMap(\.name))
    #expect(names == Set((0..<12).map { "name-\($0)" } + ["image"]))
  }
}
