import Testing

@testable import EntryPoints

@Suite("A file of an image")
struct ImageRootTests {
  private func path(_ image: SampleImage, _ path: String, from directory: String = "/") -> String? {
    image.root.file(at: Array(path.utf8), from: Array(directory.utf8)).map {
      String(decoding: $0.path, as: UTF8.self)
    }
  }

  @Test("is found by its path, from the root or from a directory")
  func plain() throws {
    let image = try SampleImage(["usr/bin/tool": [1, 2, 3], "top": [4]])
    #expect(path(image, "/usr/bin/tool") == "/usr/bin/tool")
    #expect(path(image, "//usr/./bin//tool") == "/usr/bin/tool")
    #expect(path(image, "bin/tool", from: "/usr") == "/usr/bin/tool")
    #expect(path(image, "../../top", from: "usr/bin") == "/top")
    for missing in ["", "/", "/usr", "/usr/bin/other", "/top/more", "/usr/bin/tool/x"] {
      #expect(path(image, missing) == nil, "\(missing)")
    }
    let file = try #require(image.root.file(at: Array("/usr/bin/tool".utf8)))
    #expect(file.content.size == 3 && file.isExecutable)
    #expect(file.content.bytes(at: 1, count: 2) == [2, 3])
    #expect(file.content.bytes(at: 1, count: 3) == nil)
    #expect(file.content.bytes(at: .max, count: .max) == nil)
  }

  @Test("is found through links, none of which leads out of the image")
  func links() throws {
    let image = try SampleImage(
      ["usr/bin/tool": [1], "usr/lib/a": [2]],
      links: [
        "bin": "usr/bin", "usr/bin/other": "tool", "usr/bin/far": "/lib/a", "lib": "./usr/lib",
        "up": "../../../../usr/bin/tool", "usr/lib/back": "../../bin/far",
      ])
    #expect(path(image, "/bin/other") == "/usr/bin/tool")
    #expect(path(image, "/bin/far") == "/usr/lib/a")
    #expect(path(image, "/up") == "/usr/bin/tool")
    #expect(path(image, "/../../bin/tool") == "/usr/bin/tool")
    #expect(path(image, "/lib/back") == "/usr/lib/a")
    #expect(path(image, "/bin/../lib/a") == "/usr/lib/a")
  }

  @Test("is not looked for along links that go round, or more than the kernel follows")
  func loops() throws {
    var links = ["a": "b", "b": "a", "self": "self/self", "dots": "./dots"]
    for number in 0..<60 { links["l\(number)"] = number == 0 ? "end" : "l\(number - 1)" }
    let image = try SampleImage(["end": [1]], links: links)
    for name in ["a", "b", "self", "dots", "l59", "l40"] { #expect(path(image, name) == nil) }
    #expect(path(image, "l39") == "/end")
    #expect(path(image, String(repeating: "x/", count: 4000)) == nil)
  }
}
