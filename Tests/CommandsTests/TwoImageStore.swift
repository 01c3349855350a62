import ArgumentParser
import ImageSamples
import Store
import SystemPackage

/// A store with two images, one of two names, for commands to be run on.
struct TwoImageStore {
  let directory: TemporaryDirectory
  let store: Store
  let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.path.appending("store").string
    let sample = try SampleStore()
    store = try Store.create(
      at: PosixDirectory(FilePath(path)), parameters: sample.parameters)
    try sample.publish(["one", "uno"], in: store)
    try sample.publish(["two"], in: store)
  }

  func run(_ command: any ParsableCommand.Type, _ arguments: String...) throws {
    var parsed = try command.parseAsRoot(["--store", path] + arguments)
    try parsed.run()
  }

  var names: [[String]] {
    get throws { try store.newest().images.map(\.names) }
  }

  func files(_ area: StoreArea) throws -> Int { try store.names(in: area).count }
}
