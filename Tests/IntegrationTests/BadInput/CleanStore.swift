import Testing

/// Checks what an import that ended early left: after a bad image nothing, so that a store is as if
/// it had not been tried; after an interruption nothing but complete layers.
struct CleanStore {
  let scratch: Scratch
  /// A layout of one small image.
  let small: String

  init(_ scratch: Scratch) throws {
    self.scratch = scratch
    small = try LayoutBuilder(scratch: scratch).layout(
      "small", layers: [["etc/motd": Array("hello\n".utf8), "data": noise(20_000, seed: 9)]])
  }

  /// Imports the small image and expects the store to have what a new store has after that: the
  /// next command has cleared whatever was left.
  func expectCleared(_ firn: Firn, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try firn.importImage("oci:\(small):latest", as: "small")
    let control = try Firn(creating: scratch("control"))
    try control.importImage("oci:\(small):latest", as: "small")
    #expect(try shape(firn) == shape(control), sourceLocation: sourceLocation)
    #expect(try firn.images().map(\.name) == ["small"], sourceLocation: sourceLocation)
    #expect(
      try totalSize(firn.store) < totalSize(control.store) + 4096, sourceLocation: sourceLocation)
  }

  /// Imports the small image and expects the store to have besides at most layers that are
  /// complete: the next command has cleared everything else.
  func expectOnlyComplete(_ firn: Firn, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try firn.importImage("oci:\(small):latest", as: "small")
    #expect(try firn.images().map(\.name) == ["small"], sourceLocation: sourceLocation)
    #expect(try list("\(firn.store)/staging") == [], sourceLocation: sourceLocation)
    let staged = try output("find", firn.store, "-name", ".*", "-printf", "%P ")
    #expect(staged == "", sourceLocation: sourceLocation)
    try firn("fsck", "--data")
  }

  /// How many files of what kind each directory of a store has; names may be random.
  private func shape(_ firn: Firn) throws -> [String] {
    let lines = try output("find", firn.store, "-mindepth", "1", "-printf", "%P %y\n")
    return lines.split(separator: "\n").map { line in
      let parts = line.split(separator: "/")
      return parts.count > 1 ? "\(parts[0])/… \(line.suffix(1))" : String(line)
    }.sorted()
  }
}

/// A temporary directory given to the program, which must be empty afterwards.
struct TemporaryFiles {
  let path: String

  init(_ scratch: Scratch) throws { path = try scratch.directory("tmp", mode: 0o1777) }

  func expectNone(sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(try list(path) == [], sourceLocation: sourceLocation)
  }
}
