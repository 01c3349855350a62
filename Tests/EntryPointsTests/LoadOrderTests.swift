import ImageSamples
import Testing

@testable import EntryPoints

@Suite("What is loaded with a program")
struct LoadOrderTests {
  private func program(_ needed: [String], path: String? = nil, runPath: String? = nil)
    -> SampleELF
  {
    var sample = SampleELF(interpreter: "/lib64/ld-linux-x86-64.so.2", entryPage: 0)
    (sample.needed, sample.path, sample.runPath) = (needed, path, runPath)
    return sample
  }

  private func library(_ needed: [String] = [], path: String? = nil, runPath: String? = nil)
    -> SampleELF
  {
    SampleELF(needed: needed, path: path, runPath: runPath)
  }

  @Test("comes breadth first, each file once, though libraries need each other")
  func order() throws {
    let image = try SampleImage(
      [
        "bin/tool": program(["liba.so", "libb.so"]), "lib/liba.so": library(["libc.so"]),
        "usr/lib/libb.so": library(["liba.so", "libd.so"]),
        "lib/libc.so.6": library(["libc.so", "liba.so", "libb.so", "libnone.so"]),
        "lib64/libd.so": library(["libd.so"]), "lib64/ld-linux-x86-64.so.2": SampleELF(),
      ], links: ["lib/libc.so": "libc.so.6"])
    #expect(
      try image.loaded("/bin/tool") == [
        "/bin/tool", "/lib/liba.so", "/usr/lib/libb.so", "/lib/libc.so.6", "/lib64/libd.so",
      ])
  }

  @Test("is a program alone where it needs no loader, and nothing where it is no program")
  func alone() throws {
    let image = try SampleImage([
      "static": SampleELF(needed: ["liba.so"], entryPage: 0).bytes,
      "lib/liba.so": library().bytes, "text": Array("hello".utf8),
    ])
    #expect(try image.loaded("/static") == ["/static"])
    let text = try #require(image.root.file(at: Array("/text".utf8)))
    #expect(LoadOrder(text, libraryPath: [], in: image.root) == nil)
  }

  @Test("is for the program's machine and width: others are passed over")
  func machines() throws {
    var (foreign, narrow) = (library(), library())
    foreign.machine = 183
    (narrow.width, narrow.machine) = (.bits32, 3)
    let image = try SampleImage([
      "bin/tool": program(["liba.so"]), "lib/x86_64-linux-gnu/liba.so": foreign,
      "lib64/liba.so": narrow, "usr/lib/liba.so": library(),
    ])
    #expect(try image.loaded("/bin/tool").last == "/usr/lib/liba.so")
  }

  @Test("is looked for as ld.so does: DT_RPATH, the variable, DT_RUNPATH, the cache, the rest")
  func places() throws {
    let places = ["r/liba.so", "v/liba.so", "c/liba.so", "lib/x86_64-linux-gnu/liba.so"]
    func first(_ count: Int, _ program: SampleELF) throws -> String? {
      var files = ["bin/tool": program.bytes]
      for place in places.suffix(count) { files[place] = library().bytes }
      files["etc/ld.so.cache"] = LibraryCacheTests.cache([("liba.so", "/c/liba.so", 0)])
      return try SampleImage(files).loaded("/bin/tool", libraryPath: ["/v"]).dropFirst().first
    }
    let old = program(["liba.so"], path: "/r")
    #expect(try first(4, old) == "/r/liba.so" && first(3, old) == "/v/liba.so")
    #expect(try first(2, old) == "/c/liba.so")
    #expect(try first(1, old) == "/lib/x86_64-linux-gnu/liba.so" && first(0, old) == nil)
    let new = program(["liba.so"], path: "/none", runPath: "/r")
    #expect(try first(4, new) == "/v/liba.so")
    let both = try SampleImage([
      "bin/tool": program(["liba.so"], path: "/old", runPath: "/new"), "old/liba.so": library(),
      "new/liba.so": library(),
    ])
    #expect(try both.loaded("/bin/tool").last == "/new/liba.so")
  }

  @Test("DT_RPATH is handed on to libraries, DT_RUNPATH is not")
  func handedOn() throws {
    func loaded(_ program: SampleELF) throws -> [String] {
      try SampleImage([
        "bin/tool": program, "own/liba.so": library(["libb.so"]), "own/libb.so": library(),
      ]).loaded("/bin/tool")
    }
    #expect(try loaded(program(["liba.so"], path: "/own")).count == 3)
    #expect(try loaded(program(["liba.so"], runPath: "/own")).count == 2)
  }

  @Test("$ORIGIN is where the file was found; what else depends on the machine is passed over")
  func origin() throws {
    let image = try SampleImage(
      [
        "opt/app/bin/tool": program(
          ["liba.so", "libp.so"], runPath: "$LIB:$ORIGIN/../$LIB:$ORIGIN/../lib"),
        "opt/app/lib/liba.so": library(["libb.so"], runPath: "${ORIGIN}/more"),
        "opt/app/lib/more/libb.so": library(), "opt/app/bin/libp.so": library(),
      ], links: ["bin/tool": "../opt/app/bin/tool"])
    #expect(
      try image.loaded("/bin/tool") == [
        "/opt/app/bin/tool", "/opt/app/lib/liba.so", "/opt/app/lib/more/libb.so",
      ])
  }

  @Test("a name with a slash is a path")
  func path() throws {
    let image = try SampleImage([
      "bin/tool": program(["/odd/liba.so"]), "odd/liba.so": library(), "lib/liba.so": library(),
    ])
    #expect(try image.loaded("/bin/tool") == ["/bin/tool", "/odd/liba.so"])
  }

  @Test("is found by musl's rules where musl loads it", arguments: [true, false])
  func musl(hasPath: Bool) throws {
    var tool = program(["liba.so", "libb.so"], runPath: "$ORIGIN/own")
    tool.interpreter = "/lib/ld-musl-x86_64.so.1"
    var files = [
      "bin/tool": tool.bytes, "lib/ld-musl-x86_64.so.1": SampleELF().bytes,
      "bin/own/liba.so": library(["libc.so"]).bytes, "bin/own/libc.so": library().bytes,
      "lib64/libb.so": library().bytes, "usr/local/lib/libb.so": library().bytes,
      "far/libb.so": library().bytes,
    ]
    if hasPath { files["etc/ld-musl-x86_64.path"] = Array("/none:/none2\n/far\n".utf8) }
    let expected = hasPath ? "/far/libb.so" : "/usr/local/lib/libb.so"
    #expect(
      try SampleImage(files).loaded("/bin/tool")
        == ["/bin/tool", "/bin/own/liba.so", expected, "/bin/own/libc.so"])
  }

  @Test("is bounded, however many libraries an image has")
  func bounds() throws {
    var files: [String: SampleELF] = [:]
    var tool = program((0..<600).map { "l\($0).so" })
    tool.dataPages = 4
    files["bin/tool"] = tool
    for number in 0..<600 { files["lib/l\(number).so"] = library(["l\((number + 1) % 600).so"]) }
    #expect(try SampleImage(files).loaded("/bin/tool").count == LoadOrder.mostFiles)
  }

  @Test("is what this machine's loader says, for its own programs", arguments: RealPrograms.all)
  func real(program: String) throws {
    let libraries = try RealPrograms.libraries(of: program)
    var files = try RealPrograms.files(of: program)
    files["etc/ld.so.cache"] = try RealPrograms.bytes(of: "/etc/ld.so.cache")
    let image = try SampleImage(files)
    let file = try #require(image.root.file(at: Array(program.utf8)))
    let order = try #require(LoadOrder(file, libraryPath: [], in: image.root))
    let found = order.members.dropFirst().map { String(decoding: $0.file.path, as: UTF8.self) }
    let loader = try #require(order.loader.map { String(decoding: $0.file.path, as: UTF8.self) })
    #expect(libraries.count > 1 && Set(found + [loader]) == Set(libraries))
    #expect(found.count + 1 == libraries.count && order.configuration != nil)
  }
}
