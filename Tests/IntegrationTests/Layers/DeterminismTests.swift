import FoundationEssentials
import Testing

/// One image, had in several ways and read by several numbers of threads.
@Suite("The same image again", .tags(.registry), .needs(.firn, .registry))
struct DeterminismTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch("determinism") }

  /// Layers with what threads could bring into disorder: large and small files, the same content
  /// in several layers, holes, and a compression for each.
  private func layout() throws -> String {
    let shared = noise(300_000, seed: 100)
    let layers = (0..<6).map { layer in
      var files: [String: [UInt8]] = ["shared-\(layer)": shared, "d\(layer % 2)/again": shared]
      for number in 0..<40 {
        let size = number % 4 == 0 ? 150_000 : 700 + number * 90
        let bytes = noise(size / 2, seed: UInt64(layer * 50 + number))
        files["d\(number % 5)/l\(layer)-f\(number)"] =
          bytes + [UInt8](repeating: 0, count: size / 2)
      }
      return files
    }
    let plain = try LayoutBuilder(scratch: scratch).layout("plain", layers: layers)
    try Command(
      "skopeo", "copy", "-q", "--dest-compress-format", "gzip", "--dest-compress-level", "1",
      "oci:\(plain):latest", "dir:\(scratch("dir"))"
    ).succeed()
    try Command(
      "skopeo", "copy", "-q", "dir:\(scratch("dir"))", "oci:\(scratch("layout")):latest"
    ).succeed()
    return scratch("layout")
  }

  /// The same image in the forms that an image may have; all but one keep its manifest.
  private func forms(of layout: String) throws -> [String] {
    let places = [
      "oci-archive:\(scratch("oci.tar")):latest", "dir:\(scratch("copy"))",
      "docker-archive:\(scratch("docker.tar")):example.org/image:1",
    ]
    for place in places {
      try Command("skopeo", "copy", "-q", "oci:\(layout):latest", place).succeed()
    }
    let registry = try TestRun.registry.value.push(layout: layout, as: "determinism/image")
    return places + ["oci:\(layout):latest", registry, "oci:\(scratch("plain")):latest"]
  }

  private struct Inspection: Decodable {
    var rootIdentity: String
    var rootBlobSize: UInt64
  }

  /// Imports into a new store, and gives what identifies the root blob and the whole volume.
  private func identity(_ reference: String, processors: String) throws -> [String] {
    let number = try list(scratch.path).count
    let firn = try Firn(creating: scratch("store-\(number)"))
    var command = try firn.command(
      "import", "--quiet", "--tls-verify=false", "--name", "x", reference)
    command.arguments = ["taskset", "-c", processors] + command.arguments
    try command.succeed()
    let text = try firn("inspect", "--json", "x").output
    let found = try JSONDecoder().decode(Inspection.self, from: Data(text))
    try firn("export", "x", scratch("volume-\(number)"))
    return [
      found.rootIdentity, "\(found.rootBlobSize)", try sha256(scratch("volume-\(number)")),
    ]
  }

  @Test("is the same root blob, whatever it came from and however many threads made it")
  func sameRootBlob() throws {
    let layout = try layout()
    let all = try output("sh", "-c", "taskset -cp $$ | sed 's/.*: //'")
    let first = String(all.prefix { $0.isNumber })
    let expected = try identity("oci:\(layout):latest", processors: first)
    for form in try forms(of: layout) {
      for processors in [first, all, all] {
        #expect(try identity(form, processors: processors) == expected, "\(form) on \(processors)")
      }
    }
  }
}
