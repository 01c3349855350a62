/// A command of the torture: what it does, and what its end says of the store.
enum TortureCommand {
  case importing(String, image: Int)
  case removing(String)
  case restoring(String)
  case reading(String, image: Int)
  case collecting
  case listing

  /// Some command that the store allows now; nil when every name is busy.
  static func random(
    _ role: Role, _ store: TortureStore, using generator: inout some RandomNumberGenerator
  ) -> TortureCommand? {
    let idle = store.names.filter { !$0.value.isChanging && $0.value.users == 0 }
    switch role {
    case .importer:
      return idle.keys.sorted().randomElement(using: &generator).map {
        .importing($0, image: .random(in: 0..<TortureStore.imageCount, using: &generator))
      }
    case .remover:
      let name = idle.keys.sorted().randomElement(using: &generator)
      return name.map { Bool.random(using: &generator) ? .restoring($0) : .removing($0) }
    case .reader:
      let known = store.names.filter { !$0.value.isChanging && $0.value.possible.count == 1 }
      let name = known.keys.sorted().randomElement(using: &generator)
      guard let name, let image = store.names[name]?.possible.first ?? nil else {
        return .listing
      }
      return .reading(name, image: image)
    case .collector: return .collecting
    }
  }

  /// Who runs commands.
  enum Role: CaseIterable {
    case importer, remover, reader, collector
  }

  /// The command line.
  func words(_ store: TortureStore) -> [String] {
    switch self {
    case .importing(let name, let image):
      ["import", "--quiet", "--name", name, "oci:\(store.layouts[image]):latest"]
    case .removing(let name): ["remove", name]
    case .restoring(let name): ["undelete", name]
    case .reading(let name, _): ["dump", "--digests", name]
    case .collecting: ["gc", "--grace", "0s", "--keep-within", "0s"]
    case .listing: ["list", "--json"]
    }
  }

  /// Notes that the command runs.
  func begin(_ store: inout TortureStore) {
    switch self {
    case .importing(let name, _), .removing(let name), .restoring(let name):
      store.names[name]?.isChanging = true
    case .reading(let name, _): store.names[name]?.users += 1
    case .collecting, .listing: break
    }
  }

  /// Notes how the command ended; returns what is wrong about that.
  func end(_ outcome: Command.Outcome, isKilled: Bool, _ store: inout TortureStore) -> String? {
    let isDone = outcome.status == 0
    let isExpected = isDone || isKilled
    switch self {
    case .importing(let name, let image):
      store.names[name]?.isChanging = false
      if isDone {
        store.names[name]?.possible = [image]
      } else {
        store.names[name]?.possible.insert(image)
      }
      return isExpected ? nil : "an import failed"
    case .removing(let name):
      store.names[name]?.isChanging = false
      let mayMiss = store.names[name]?.possible.contains(nil) ?? false
      if isDone { store.names[name]?.possible = [nil] }
      if isKilled { store.names[name]?.possible.insert(nil) }
      return isExpected || mayMiss ? nil : "a name that was there could not be removed"
    case .restoring(let name):
      store.names[name]?.isChanging = false
      // Which of the images that had the name is still kept is not known here.
      if isDone || isKilled {
        for image in 0..<TortureStore.imageCount { store.names[name]?.possible.insert(image) }
      }
      return nil
    case .reading(let name, let image):
      store.names[name]?.users -= 1
      if isKilled { return nil }
      guard isDone else { return "an image could not be read" }
      return outcome.text == store.dumps[image] ? nil : "an image had other content"
    case .collecting: return isExpected ? nil : "a collection failed"
    case .listing: return isExpected ? nil : "the images could not be listed"
    }
  }
}
