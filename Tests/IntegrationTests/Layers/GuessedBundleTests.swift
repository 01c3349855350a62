import Testing

/// What an import guesses of the starts of an image.
@Suite("The first start bundle", .needs(.firn))
struct GuessedBundleTests {
  let scratch: Scratch
  let firn: Firn

  init() throws {
    scratch = try Scratch("guess")
    firn = try Firn(creating: scratch("store"))
  }

  /// An image of a program of this machine and its libraries.
  private func layout(_ name: String, command: String) throws -> String {
    let libraries = try output("ldd", "/bin/ls").split(whereSeparator: \.isWhitespace)
      .filter { $0.first == "/" }
    var files = ["etc/passwd": Array("root:x:0:0:root:/:/bin/ls\n".utf8)]
    for path in libraries + ["/bin/ls"] {
      files[String(path.dropFirst())] = try readFile(String(path))
    }
    files["data"] = noise(400_000, seed: 4)
    var builder = LayoutBuilder(scratch: scratch)
    builder.command = command
    return "oci:\(try builder.layout(name, layers: [files])):latest"
  }

  private func files(_ area: String) throws -> [String] { try list("\(firn.store)/\(area)") }

  @Test("is made by the import, of what the entry point is and loads")
  func guess() throws {
    let image = try layout("ls", command: "/bin/ls")
    try firn.importImage(image, as: "ls")
    #expect(try files("bundles").count == 1)
    #expect(try files("traces") == [] && files("staging") == [])
    try firn("fsck", "--data")
    // A guess is nothing that is known.
    let failure = try firn.command("bundle", "ls").run()
    #expect(failure.status == 66 && failure.errors.contains("nothing is known"))
    #expect(try files("bundles").count == 1)
  }

  @Test("is not made again by an import that changes nothing, nor of an image that starts nothing")
  func none() throws {
    let image = try layout("ls", command: "/bin/ls")
    try firn.importImage(image, as: "ls")
    try firn("bundle", "--remove", "ls")
    try firn.importImage(image, as: "ls")
    #expect(try files("bundles") == [])
    try firn.importImage(try layout("none", command: "/bin/none"), as: "none")
    #expect(try files("bundles") == [])
  }
}
