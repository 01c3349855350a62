internal import Failures
internal import Linux
internal import SystemPackage

/// Which stores a command means, in order: those it was given, those of `FIRN_STORE`, or the user's
/// private store and those of the configuration (firn(1), "The store").
struct StoreChoice {
  /// The stores' directories; not empty.
  let paths: [String]

  /// Finds out which stores are meant.
  ///
  /// - Parameter given: What `--store` named.
  /// - Throws: `Failure` when there are none.
  init(given: [String]) throws(Failure) {
    try self.init(
      given: given, environment: environmentVariable("FIRN_STORE"),
      own: Self.privateStore.flatMap { Self.isStore($0) ? $0.string : nil },
      configuration: { () throws(Failure) in try Configuration.current() })
  }

  /// As above, from what there is.
  ///
  /// - Parameter own: The private store, if there is one.
  init(
    given: [String], environment: String?, own: String?,
    configuration: () throws(Failure) -> Configuration
  ) throws(Failure) {
    let named = given.isEmpty ? Self.split(environment ?? "") : given
    paths = Self.unique(
      named.isEmpty ? [own].compactMap { $0 } + (try configuration().allStores) : named)
    guard paths.isEmpty else { return }
    throw Failure(
      .storeNotFound, "no store was named", cause: Self.privateStore.map { "nor is there \($0)" },
      nextStep: "Give --store DIR, set FIRN_STORE, or put {\"store\": \"DIR\"} into "
        + "/etc/firn/firn.json; 'firn init' makes a store of your own")
  }

  /// The directories in the value of `FIRN_STORE`, separated by colons.
  static func split(_ text: String) -> [String] { text.split(separator: ":").map(String.init) }

  /// Where the private store of this user is or would be; nil for root, who has none.
  static var privateStore: FilePath? {
    guard NamespaceIDs.current().host(effectiveUser()) != 0 else { return nil }
    if let directory = environmentVariable("XDG_DATA_HOME"), directory.hasPrefix("/") {
      return FilePath(directory).appending("firn/store")
    }
    return environmentVariable("HOME").map { FilePath($0).appending(".local/share/firn/store") }
  }

  private static func isStore(_ path: FilePath) -> Bool {
    Paths.exists(path.appending("firn.json"))
  }

  private static func unique(_ paths: [String]) -> [String] {
    var seen: Set<FilePath> = []
    return paths.filter { seen.insert(FilePath($0)).inserted }
  }
}
