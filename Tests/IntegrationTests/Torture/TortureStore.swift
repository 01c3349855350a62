import Testing

/// A store under torture, and what must be true of it.
struct TortureStore {
  /// What a name may stand for.
  struct Belief {
    /// The images it may stand for, by number; nil stands for none.
    var possible: Set<Int?> = [nil]
    /// How many commands count on it now.
    var users = 0
    /// Whether a command changes it now.
    var isChanging = false
  }

  static let imageCount = 6
  let firn: Firn
  /// The layouts of the images.
  let layouts: [String]
  /// What `dump --digests` says of each.
  let dumps: [String]
  var names: [String: Belief] = [:]

  /// Makes images that share a layer and a file, and learns from other stores what they contain.
  init(_ scratch: Scratch) throws {
    firn = try Firn(creating: scratch("store"))
    let shared = noise(300_000, seed: 1)
    let builder = LayoutBuilder(scratch: scratch)
    layouts = try (0..<Self.imageCount).map { number in
      try builder.layout(
        "image-\(number)",
        layers: [
          ["shared": shared],
          ["own": noise(150_000, seed: UInt64(number + 2)), "copy": Array(shared.prefix(70_000))],
          ["small-\(number)": Array("small \(number)".utf8)],
        ])
    }
    dumps = try layouts.enumerated().map { number, layout in
      let control = try Firn(creating: scratch("control-\(number)"))
      try control.importImage("oci:\(layout):latest", as: "image")
      return try control("dump", "--digests", "image").text
    }
    for number in 0..<12 { names["name-\(number)"] = Belief() }
  }

  /// Checks that a name stands for what it may stand for, when nothing is running.
  func expectSound(_ name: String) throws {
    guard let belief = names[name] else { return }
    let outcome = try firn.run("dump", "--digests", name)
    if outcome.status != 0 {
      #expect(belief.possible.contains(nil), "\(name) was lost: \(outcome)")
      return
    }
    let text = outcome.text
    #expect(
      belief.possible.contains { $0.map { dumps[$0] == text } ?? false },
      "\(name) has other content than was imported")
  }
}
