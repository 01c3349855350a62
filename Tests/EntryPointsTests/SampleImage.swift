import ImageSamples
import ImageTree
import OCI
import StartBundles
import Store
import Testing

@testable import EntryPoints

/// An image made of files.
struct SampleImage {
  let image: LoadedImage

  /// Makes an image; directories are made as they are needed, and what is a file may be executed.
  ///
  /// - Parameter links: The targets of symbolic links by their paths.
  init(_ files: [String: [UInt8]], links: [String: String] = [:]) throws {
    var directories: Set<String> = []
    for path in Array(files.keys) + Array(links.keys) {
      let parts = path.split(separator: "/")
      for count in 1..<max(1, parts.count) {
        directories.insert(parts.prefix(count).joined(separator: "/"))
      }
    }
    var members = directories.sorted().map { SampleMember($0, .directory).with(mode: 0o755) }
    for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
      members.append(SampleMember(path, .file(bytes)).with(mode: 0o755))
    }
    for (path, target) in links { members.append(SampleMember(path, .symbolicLink(target))) }
    let store = try SampleStore(blockSize: 131_072)
    image = try LoadedImage(try store.image(members), source: store)
  }

  /// Makes an image of programs and libraries.
  init(_ files: [String: SampleELF], links: [String: String] = [:]) throws {
    try self.init(files.mapValues(\.bytes), links: links)
  }

  var root: ImageRoot { ImageRoot(image) }

  /// A configuration with some members of `config`.
  static func configuration(_ config: [String: JSONValue]) throws -> ImageConfig {
    try ImageConfig(
      .object([
        "config": .object(config),
        "rootfs": .object(["type": .string("layers"), "diff_ids": .array([])]),
      ]))
  }

  static func words(_ words: [String]) -> JSONValue { .array(words.map { .string($0) }) }

  /// The paths of what a program loads, the loader left out.
  func loaded(_ program: String, libraryPath: [String] = []) throws -> [String] {
    let file = try #require(root.file(at: Array(program.utf8)))
    let order = try #require(
      LoadOrder(file, libraryPath: libraryPath.map { Array($0.utf8) }, in: root))
    return order.members.map { String(decoding: $0.file.path, as: UTF8.self) }
  }

  /// The pages of a guess by their files' paths.
  func pages(_ config: [String: JSONValue]) throws -> [String: Set<UInt64>]? {
    guard let trace = StartGuess(image, try Self.configuration(config)).trace() else { return nil }
    #expect(!trace.isExact && trace.rootIdentity == image.object.rootIdentity)
    let paths = try ImagePages(image).paths(of: Set(trace.runs.map(\.inode)))
    var pages: [String: Set<UInt64>] = [:]
    for run in trace.runs {
      let path = String(decoding: paths[run.inode] ?? [], as: UTF8.self)
      let size = try #require(ImagePages(image).size(of: run.inode))
      #expect(run.pages.upperBound <= (size + 4095) / 4096)
      pages[path, default: []].formUnion(run.pages)
    }
    return pages
  }
}
