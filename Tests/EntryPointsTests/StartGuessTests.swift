import ImageSamples
import ImageTree
import OCI
import Store
import Testing

@testable import EntryPoints

@Suite("The guess at what a start reads")
struct StartGuessTests {
  private func tool(_ codePages: Int, entry: Int) -> SampleELF {
    var tool = SampleELF(interpreter: "/lib64/ld-linux-x86-64.so.2", needed: ["liba.so"])
    (tool.codePages, tool.entryPage, tool.dataPages) = (codePages, entry, 3)
    tool.undefined = ["called", "missing"]
    return tool
  }

  private var library: SampleELF {
    var library = SampleELF()
    library.functions = [("unused", 2), ("called", 40), ("other", 60), ("chooser", 70)]
    library.choosers = ["chooser"]
    (library.codePages, library.dataPages) = (80, 2)
    return library
  }

  private let command: [String: JSONValue] = ["Cmd": SampleImage.words(["/bin/tool", "x"])]

  private func image(_ tool: SampleELF) throws -> SampleImage {
    try SampleImage([
      "bin/tool": tool.bytes, "lib/liba.so": library.bytes,
      "lib64/ld-linux-x86-64.so.2": SampleELF(codePages: 40).bytes,
      "etc/passwd": Array("root".utf8), "etc/group": Array("root".utf8),
      "etc/ld.so.cache": [UInt8](repeating: 0, count: 5000), "etc/other": [1],
      "lib/libunused.so": library.bytes,
    ])
  }

  @Test("has tables and data of all, the loader whole, and of a library's code what is called")
  func parts() throws {
    let tool = tool(10, entry: 1)
    let pages = try #require(try image(tool).pages(command))
    #expect(
      Set(pages.keys) == [
        "bin/tool", "lib/liba.so", "lib64/ld-linux-x86-64.so.2", "etc/passwd", "etc/group",
        "etc/ld.so.cache",
      ])
    #expect(pages["bin/tool"] == Set(0..<14))
    #expect(pages["lib64/ld-linux-x86-64.so.2"] == Set(0..<42))
    #expect(pages["etc/ld.so.cache"] == [0, 1])
    let code = UInt64(library.firstCodePage)
    let data = UInt64(library.firstDataPage)
    #expect(pages["lib/liba.so"] == [0, code + 40, code + 70, data, data + 1])
  }

  @Test("has the code of a large program from well before its first instruction")
  func largeCode() throws {
    let tool = tool(700, entry: 400)
    let pages = try #require(try image(tool).pages(command)?["bin/tool"])
    let code = UInt64(tool.firstCodePage)
    #expect(!pages.contains(code) && !pages.contains(code + 158))
    #expect(pages.isSuperset(of: code + 161...code + 463) && !pages.contains(code + 465))
    #expect(pages.contains(UInt64(tool.firstDataPage)))
  }

  @Test("has scripts, their interpreters, and the beginning of long ones")
  func script() throws {
    let start = Array("#!/bin/tool\n".utf8) + [UInt8](repeating: 0x23, count: 200_000)
    let image = try SampleImage(["start": start, "bin/tool": tool(1, entry: 0).bytes])
    let pages = try #require(try image.pages(["Entrypoint": SampleImage.words(["/start"])]))
    #expect(pages["start"] == Set(0..<16) && pages["bin/tool"]?.isEmpty == false)
  }

  @Test("begins with the program's headers, and names no page twice")
  func order() throws {
    let image = try image(tool(10, entry: 1))
    let trace = try #require(
      StartGuess(image.image, try SampleImage.configuration(command)).trace())
    var seen: Set<[UInt64]> = []
    for run in trace.runs {
      for page in run.pages { #expect(seen.insert([UInt64(run.inode), page]).inserted) }
    }
    let tool = try #require(image.root.file(at: Array("/bin/tool".utf8)))
    #expect(trace.runs.first { $0.inode == tool.inode }?.first == 0)
  }

  @Test("is none where the configuration names no program of the image")
  func none() throws {
    let image = try SampleImage(["bin/sh": Array("no program".utf8), "etc/passwd": [1]])
    for words in [["/bin/sh"], ["/nowhere"], []] {
      #expect(try image.pages(["Cmd": SampleImage.words(words)]) == nil)
    }
    #expect(try image.pages([:]) == nil)
  }

  @Test("takes no more pages than are worth it, and none far behind the beginning of a file")
  func bounds() {
    func file(_ inode: UInt32) -> ImageRoot.File {
      ImageRoot.File(
        inode: inode, isExecutable: true, path: [], content: FileBytes(size: 1 << 50) { _ in nil })
    }
    var list = PageList()
    list.add(file(1), 1 << 40..<1 << 41)
    #expect(list.runs.isEmpty)
    list.add(file(1), (1 << 32) - 5000..<(.max))
    #expect(list.runs == [PageRun(inode: 1, first: (1 << 20) - 2, count: 2)])
    list.add(file(2), 4095..<4097)
    list.add(file(3), 5..<5)
    list.add(file(3), atMost: .max)
    list.add(file(4), atMost: 1)
    let rest = UInt32(PageList.mostPages) - 4
    #expect(
      list.runs.dropFirst() == [
        PageRun(inode: 2, first: 0, count: 2), PageRun(inode: 3, first: 0, count: rest),
      ])
  }

  @Test("leaves out what cannot be read")
  func unreadable() throws {
    let store = try SampleStore(blockSize: 131_072)
    let members = [
      SampleMember("bin", .directory),
      SampleMember("bin/tool", .file(tool(1, entry: 0).bytes)).with(mode: 0o755),
    ]
    let object = try store.image(members)
    store.fail(.content)
    let guess = StartGuess(
      try .init(object, source: store), try SampleImage.configuration(command))
    #expect(guess.trace() == nil)
    store.fail(.content, false)
    #expect(guess.trace() != nil)
  }

  @Test("never traps on programs with any bytes changed")
  func hostile() throws {
    let (good, other) = (tool(2, entry: 0).bytes, library.bytes)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<30 {
      var files = ["bin/tool": good, "lib/liba.so": other]
      for name in files.keys {
        for _ in 0..<4 {
          files[name]?[Int.random(in: 16..<1600, using: &random)] =
            [0, 1, 0xFF, 0x7F].randomElement() ?? 0
        }
      }
      let pages = try SampleImage(files).pages(command)
      #expect((pages ?? [:]).values.allSatisfy { $0.count <= Int(PageList.mostPages) })
    }
  }

  @Test("of a program of this machine has of it less than all, and its tables and data")
  func real() throws {
    let files = try RealPrograms.files(of: "/bin/bash")
    let pages = try #require(try SampleImage(files).pages(["Cmd": SampleImage.words(["bash"])]))
    #expect(Set(pages.keys) == Set(files.keys))
    let elf = try #require(ELFFile(FileBytes(files["bin/bash"] ?? [])))
    let own = try #require(pages["bin/bash"])
    #expect(own.count < (files["bin/bash"]?.count ?? 0) / 4096 * 2 / 3)
    for segment in elf.segments where segment.isWritable {
      #expect(own.isSuperset(of: segment.offset / 4096...(segment.bytes.upperBound - 1) / 4096))
    }
    #expect(own.contains((elf.offset(of: elf.entry) ?? 0) / 4096))
    let code = try #require(elf.segments.firstIndex { $0.isExecutable })
    let constants = elf.segments[code + 1].offset / 4096
    #expect(own.isSuperset(of: constants..<constants + 4))
    let library = try #require(pages.first { $0.key.contains("libc.so") })
    #expect((60..<250).contains(library.value.count))
  }
}
