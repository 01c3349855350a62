import Failures
import ImageSamples
import Linux
import SystemPackage
import Testing

@testable import Commands

@Suite("Configuration files")
struct ConfigurationTests {
  private func read(_ text: String) throws -> Configuration {
    let directory = try TemporaryDirectory()
    return try Configuration.read(try directory.write("firn.json", Array(text.utf8)))
  }

  @Test("have the settings that they have")
  func settings() throws {
    let both = try read(#"{"store": "/lustre/store", "mount": "/run/firn"}"#)
    #expect(both.store == "/lustre/store")
    #expect(both.mount == "/run/firn")
    let one = try read(#"{ "mount" : "/m" }"#)
    #expect(one.store == nil)
    #expect(one.mount == "/m")
    let many = try read(#"{"store": "/a", "stores": ["/b", "/c"]}"#)
    #expect(many.allStores == ["/a", "/b", "/c"])
    #expect(try read(#"{"stores": ["/b"]}"#).allStores == ["/b"])
    #expect(one.allStores.isEmpty)
    #expect(try read("{}") == Configuration())
    #expect(try read(#"{"store": null}"#) == Configuration())
  }

  @Test("that are not there have none")
  func missing() throws {
    let directory = try TemporaryDirectory()
    #expect(try Configuration.read(directory.path.appending("none")) == Configuration())
    let file = try directory.write("file", [1])
    #expect(try Configuration.read(file.appending("below")) == Configuration())
  }

  @Test(
    "that make no sense are refused, with the path and what to do",
    arguments: [
      "", "[]", "null", "{", #"{"store": 1}"#, #"{"store": ["a"]}"#, #"{"stores": "/a"}"#,
      #"{"stores": [1]}"#, #"{"stroe": "/a"}"#,
      #"{"store": "/a", "Mount": "/b"}"#, "store=/a", #"{"store": "/a"} trailing"#,
    ])
  func invalid(text: String) throws {
    do {
      _ = try read(text)
      Issue.record("accepted: \(text)")
    } catch let failure as Failure {
      #expect(failure.code == .configuration)
      #expect(failure.sentence.contains("firn.json"))
      #expect(failure.nextStep != nil)
    }
  }

  @Test("with a misspelt setting say which one and which there are")
  func unknown() throws {
    let failure = #expect(throws: Failure.self) { try read(#"{"stroe": "/a"}"#) }
    #expect(failure?.cause?.contains("'stroe'") == true)
    #expect(failure?.description.contains("mount, store, stores") == true)
  }

  @Test("that cannot be read are refused")
  func unreadable() throws {
    let directory = try TemporaryDirectory()
    let failure = #expect(throws: Failure.self) { try Configuration.read(directory.path) }
    #expect(failure?.code == .configuration)
  }
}
