import OCI
import Testing

@testable import EntryPoints

@Suite("The entry point of an image")
struct ProgramSearchTests {
  private struct Found: Equatable {
    var scripts: [String]
    var programs: [String]
  }

  private func find(_ image: SampleImage, _ config: [String: JSONValue]) throws -> Found {
    let command = EntryCommand(try SampleImage.configuration(config))
    let search = ProgramSearch(command, in: image.root)
    func paths(_ files: [ImageRoot.File]) -> [String] {
      files.map { String(decoding: $0.path, as: UTF8.self) }
    }
    return Found(scripts: paths(search.scripts), programs: paths(search.programs))
  }

  private func script(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test("is found by its path, from the working directory, or along the search path")
  func places() throws {
    let image = try SampleImage([
      "usr/bin/tool": [1], "bin/tool": [2], "work/own": [3], "opt/bin/tool": [4],
    ])
    func programs(_ words: [String], _ more: [String: JSONValue] = [:]) throws -> [String] {
      let config = more.merging(["Cmd": SampleImage.words(words)]) { $1 }
      return try find(image, config).programs
    }
    #expect(try programs(["/bin/tool", "x"]) == ["/bin/tool"])
    #expect(try programs(["tool"]) == ["/usr/bin/tool"])
    #expect(
      try programs(["tool"], ["Env": SampleImage.words(["PATH=/none:/opt/bin:/bin"])])
        == ["/opt/bin/tool"])
    #expect(try programs(["./own"], ["WorkingDir": .string("/work")]) == ["/work/own"])
    #expect(try programs(["own"], ["WorkingDir": .string("/work")]) == [])
    #expect(try programs(["/nowhere"]) == [])
    #expect(try programs([]) == [])
  }

  @Test("goes before the command, which is its argument")
  func both() throws {
    let image = try SampleImage(["bin/a": [1], "bin/b": [2]])
    let found = try find(
      image, ["Entrypoint": SampleImage.words(["a"]), "Cmd": SampleImage.words(["b"])])
    #expect(found == Found(scripts: [], programs: ["/bin/a"]))
  }

  @Test("that is a script leads to its interpreter, and that to its own")
  func scripts() throws {
    let image = try SampleImage(
      [
        "app/start": script("#! /usr/bin/wrap -x\nhello\n"), "usr/bin/wrap": script("#!/bin/sh\n"),
        "bin/dash": [1],
      ], links: ["bin/sh": "dash"])
    #expect(
      try find(image, ["Entrypoint": SampleImage.words(["/app/start"])])
        == Found(scripts: ["/app/start", "/usr/bin/wrap"], programs: ["/bin/dash"]))
  }

  @Test(
    "that a launcher runs leads to both",
    arguments: [
      ["env", "python", "x"], ["/usr/bin/env", "-i", "A=b", "python"], ["tini", "--", "python"],
      ["tini", "-p", "TERM", "--", "python"], ["/usr/bin/env", "-S python -u", "more"],
    ])
  func launchers(words: [String]) throws {
    let image = try SampleImage(["usr/bin/env": [1], "usr/bin/tini": [1], "usr/bin/python": [2]])
    let found = try find(image, ["Cmd": SampleImage.words(words)])
    #expect(found.programs.count == 2 && found.programs.last == "/usr/bin/python")
  }

  @Test("that is a script for env leads to what env finds")
  func environmentScript() throws {
    let image = try SampleImage([
      "start": script("#!/usr/bin/env -S python3 -u\n"), "usr/bin/env": [1],
      "usr/local/bin/python3": [2],
    ])
    #expect(
      try find(image, ["Entrypoint": SampleImage.words(["/start"])])
        == Found(scripts: ["/start"], programs: ["/usr/bin/env", "/usr/local/bin/python3"]))
  }

  @Test("that hands on to its arguments leads to the command, too; any other script does not")
  func handingOn() throws {
    let image = try SampleImage([
      "yes": script("#!/bin/sh\nset -e\n  exec \"$@\"\n"),
      "no": script("#!/bin/sh\necho 'exec' \"$@\"\n"), "bin/sh": [1], "bin/serve": [2],
    ])
    func programs(_ entry: String) throws -> [String] {
      try find(
        image, ["Entrypoint": SampleImage.words([entry]), "Cmd": SampleImage.words(["serve"])]
      ).programs
    }
    #expect(try programs("/yes") == ["/bin/sh", "/bin/serve"])
    #expect(try programs("/no") == ["/bin/sh"])
  }

  @Test("that a shell is to work out is the shell")
  func shell() throws {
    let image = try SampleImage(["bin/sh": [1], "bin/serve": [2]])
    let words = SampleImage.words(["/bin/sh", "-c", "exec serve"])
    #expect(try find(image, ["Entrypoint": words]).programs == ["/bin/sh"])
  }

  @Test("is not followed for ever")
  func loops() throws {
    let image = try SampleImage([
      "a": script("#!/b\n"), "b": script("#!/a\n"), "usr/bin/env": [1],
      "c": script("#!/c\nexec \"$@\"\n"),
    ])
    #expect(try find(image, ["Cmd": SampleImage.words(["/a"])]).scripts.count <= 8)
    #expect(try find(image, ["Cmd": SampleImage.words(["/c", "/c", "/c"])]).scripts.count <= 8)
    let many = [String](repeating: "env", count: 1000)
    #expect(try find(image, ["Cmd": SampleImage.words(many)]).programs.count <= 8)
  }

  @Test("of a configuration that is nonsense is nothing")
  func nonsense() throws {
    let image = try SampleImage(["bin/sh": [1]])
    let configs: [[String: JSONValue]] = [
      ["Cmd": .string("/bin/sh")], ["Entrypoint": .array([.null, .object([:])])],
      ["Cmd": .array([.string("")])], ["Env": .string("PATH=/bin")],
    ]
    for config in configs {
      #expect(try find(image, config) == Found(scripts: [], programs: []))
    }
  }

  @Test(
    "names its interpreter in its first line",
    arguments: [
      ("#!/bin/sh", ["/bin/sh"]), ("#!  /bin/sh\t-e -x \r\nmore", ["/bin/sh", "-e -x"]),
      ("#!/bin/sh\0/x", ["/bin/sh"]), ("#!", []), ("#! \n/bin/sh", []), ("/bin/sh", []),
    ])
  func firstLine(text: String, words: [String]) {
    let line = ScriptLine(Array(text.utf8))
    #expect((line?.words ?? []) == words.map { Array($0.utf8) })
  }
}
