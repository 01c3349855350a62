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
