import ArgumentParser
import Compression
import Testing

@testable import Commands

@Suite("Arguments")
struct ParsingTests {
  @Test("of init are understood")
  func initOptions() throws {
    let command = try InitCommand.parse([
      "/store", "--block-size", "1M", "--compressor", "lz4", "--level", "9",
    ])
    #expect(command.store == "/store")
    #expect(command.blockSize.bytes == 1_048_576)
    #expect(command.compressor.value == .lz4)
    #expect(command.level == 9)
  }

  @Test("of init have defaults: 128 KiB and zstd")
  func initDefaults() throws {
    let command = try InitCommand.parse([])
    #expect(command.blockSize.bytes == 131_072)
    #expect(command.compressor.value == .zstd)
    #expect(command.level == nil)
    #expect(command.store == nil)
  }

  @Test(
    "that are block sizes may have a unit",
    arguments: [
      ("4096", 4096), ("4K", 4096), ("4k", 4096), ("128K", 131_072), ("1M", 1_048_576),
      ("1m", 1_048_576), ("1024K", 1_048_576), ("0", 0), ("4294967295", 4_294_967_295),
      ("4095M", 4_293_918_720),
    ] as [(String, UInt32)])
  func blockSizes(text: String, bytes: UInt32) throws {
    #expect(try BlockSize(parsing: text).bytes == bytes)
  }

  @Test(
    "that are no block sizes are refused",
    arguments: [
      "", "K", "M", "1G", "1.5M", "-4K", "4 K", "0x1000", "4096M", "4194304K", "4294967296",
      "4KM", "K4", "١٢٨K",
    ])
  func badBlockSizes(text: String) throws {
    let error = #expect(throws: ValidationError.self) { try BlockSize(parsing: text) }
    #expect(error?.message.contains("such as 128K") == true)
    expectUsage(InitCommand.self, ["/store", "--block-size=\(text)"])
  }

  @Test("that are block sizes are shown in the units that they are given in")
  func shown() throws {
    for text in ["4K", "8K", "128K", "512K", "1M"] {
      #expect(try BlockSize(parsing: text).text == text)
    }
    #expect(Output.binaryBytes(1000) == "1000")
    #expect(Output.binaryBytes(1536 << 10) == "1536K")
  }

  @Test("that are compressors are those a store can be written with")
  func compressors() {
    for compressor in Compressor.allCases {
      let parsed = CompressorName(argument: compressor.name)
      #expect((parsed != nil) == (compressor.levels != nil))
      #expect(CompressorName.allValueStrings.contains(compressor.name) == (parsed != nil))
      if parsed != nil { #expect(compressor.defaultLevel != nil) }
    }
    expectUsage(InitCommand.self, ["/store", "--compressor", "lzo"])
    expectUsage(InitCommand.self, ["/store", "--compressor", "brotli"])
  }

  @Test("that make no sense are answered with what would")
  func explained() {
    let cases: [(any ParsableCommand.Type, [String], String)] = [
      (ServeCommand.self, ["/m", "--lease", "10"], "such as 30s"),
      (GCCommand.self, ["--grace", "soon"], "such as 30s"),
      (AccessCommand.self, ["x", "--group", "no-such-group"], "no group 'no-such-group'"),
      (AccessCommand.self, ["x", "--owner", "no-such-user"], "no user 'no-such-user'"),
      (InitCommand.self, ["/s", "--group", "no-such-group"], "no group 'no-such-group'"),
      (InitCommand.self, ["/s", "--block-size", "big"], "such as 128K"),
    ]
    for (command, arguments, text) in cases {
      do {
        _ = try command.parseAsRoot(arguments)
        Issue.record("accepted: \(arguments)")
      } catch {
        #expect(command.message(for: error).contains(text), "\(arguments)")
        #expect(command.exitCode(for: error).rawValue == 64)
      }
    }
  }

  @Test("of serve have limits")
  func serve() throws {
    let command = try ServeCommand.parse([
      "/mnt", "--memory", "64", "--cache", "/nvme", "--cache-size", "64G", "--interval", "0.5",
      "--foreground", "--allow-other", "--lease",
      "2d", "--user", "firn", "--store", "/a", "--store", "/b",
    ])
    #expect(command.lease.seconds == 172_800)
    #expect(command.user == "firn")
    #expect(command.store.paths == ["/a", "/b"])
    #expect(try ServeCommand.parse(["/mnt", "--lease", "0"]).lease.seconds == 0)
    #expect(try ServeCommand.parse(["/mnt"]).lease.seconds == 86_400)
    #expect(command.memory == 64)
    #expect(command.cache == "/nvme" && command.cacheSize?.bytes == 64 << 30)
    #expect(try ServeCommand.parse(["/mnt", "--cache", "/nvme"]).cacheSize == nil)
    #expect(command.interval == 0.5)
    #expect(command.foreground && command.allowOther)
    #expect(command.mount == "/mnt")
    for bad in [
      ["--memory", "0"], ["--memory", "-1"], ["--memory", "1048577"], ["--memory", "many"],
      ["--cache-size", "1G"], ["--cache", "/nvme", "--cache-size", "16383K"],
      ["--cache", "/nvme", "--cache-size", "much"], ["--cache"],
      ["--interval", "0"], ["--interval", "-1"], ["--interval", "nan"], ["--interval", "inf"],
      ["--interval", "100000"], ["--interval"], ["--unknown"], ["a", "b"],
      ["--lease", "59s"], ["--lease", "32d"], ["--lease", "-1"], ["--lease", "soon"],
    ] {
      expectUsage(ServeCommand.self, ["/mnt"] + bad)
    }
  }

  @Test("that are missing or too many are refused with the status of usage errors")
  func missing() {
    for command in NodeCommands.all {
      expectUsage(command, ["--no-such-option"])
    }
    for command in [TagCommand.self, ExportCommand.self, MountCommand.self]
      as [any ParsableCommand.Type]
    {
      expectUsage(command, [])
      expectUsage(command, ["one"])
      expectUsage(command, ["one", "two", "three"])
    }
    for command in [InspectCommand.self, DumpCommand.self, UnmountCommand.self, RemoveCommand.self]
      as [any ParsableCommand.Type]
    {
      expectUsage(command, [])
    }
  }

  @Test("tell files from images by their first byte")
  func paths() {
    for path in ["/a", "./a", "../a", "."] { #expect(SquashFSPath.isPath(path)) }
    for name in ["a", "debian:12", "quay.io/team/tool", "", "a/b"] {
      #expect(!SquashFSPath.isPath(name))
    }
  }

  /// Expects that arguments are refused with exit status 64.
  private func expectUsage(
    _ command: any ParsableCommand.Type, _ arguments: [String],
    _ location: SourceLocation = #_sourceLocation
  ) {
    do {
      _ = try command.parseAsRoot(arguments)
      Issue.record("accepted: \(arguments)", sourceLocation: location)
    } catch {
      #expect(command.exitCode(for: error).rawValue == 64, sourceLocation: location)
    }
  }
}
