internal import Failures
internal import FoundationEssentials
internal import Linux
internal import SystemPackage

/// The settings of firn.json (firn.json(5)): `/etc/firn/firn.json`, then the user's own.
///
/// A setting of the user's file stands over that of the machine's. Unknown settings are refused,
/// because a misspelt one would be ignored silently.
struct Configuration: Decodable, Equatable {
  /// The store's directory.
  var store: String?
  /// More stores, in the order in which they are searched.
  var stores: [String]?
  /// Where `firn serve` shows the store.
  var mount: String?

  private static let known: Set<String> = ["store", "stores", "mount"]

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private enum CodingKeys: String, CodingKey {
    case store, stores, mount
  }

  init() {}

  init(from decoder: any Decoder) throws {
    let all = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
    if let unknown = all.sorted().first(where: { !Self.known.contains($0) }) {
      throw Failure(
        .configuration, "there is no setting '\(unknown)'",
        nextStep: "The settings are: \(Self.known.sorted().joined(separator: ", "))")
    }
    let values = try decoder.container(keyedBy: CodingKeys.self)
    store = try values.decodeIfPresent(String.self, forKey: .store)
    stores = try values.decodeIfPresent([String].self, forKey: .stores)
    mount = try values.decodeIfPresent(String.self, forKey: .mount)
  }

  /// All stores, the single one first.
  var allStores: [String] { [store].compactMap { $0 } + (stores ?? []) }

  /// The settings that hold for this process; the user's stores take the place of the machine's.
  static func current() throws(Failure) -> Configuration {
    var result = try read("/etc/firn/firn.json")
    let user = try userFile().map { path throws(Failure) in try read(path) } ?? Configuration()
    if !user.allStores.isEmpty { (result.store, result.stores) = (user.store, user.stores) }
    result.mount = user.mount ?? result.mount
    return result
  }

  private static func userFile() throws(Failure) -> FilePath? {
    if let directory = environmentVariable("XDG_CONFIG_HOME") {
      return FilePath(directory).appending("firn/firn.json")
    }
    return environmentVariable("HOME").map { FilePath($0).appending(".config/firn/firn.json") }
  }

  /// Reads one file; one that is not there has no settings.
  static func read(_ path: FilePath) throws(Failure) -> Configuration {
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try readBytes(path) } catch {
      switch error.errno {
      case .noSuchFileOrDirectory, .notDirectory: return Configuration()
      default:
        throw Failure(
          .configuration, "the configuration file \(path) could not be read",
          cause: "\(error)", nextStep: "Make it readable, or remove it")
      }
    }
    do { return try JSONDecoder().decode(Configuration.self, from: Data(bytes)) } catch {
      let cause =
        (error as? Failure)?.description ?? "it is not an object of strings and lists of strings"
      throw Failure(
        .configuration, "the configuration file \(path) is not valid", cause: cause,
        nextStep: "See firn.json(5)")
    }
  }
}
