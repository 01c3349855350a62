import Failures
import Linux
import Registry
import SystemPackage
import Testing

@testable import Transports

@Suite("Where a user's storage is")
struct StorageSettingsTests {
  private let work: TemporaryDirectory

  init() throws {
    work = try TemporaryDirectory()
    try shell("cd '\(work.path)'; mkdir -p etc/containers home/.config/containers")
  }

  private func write(_ name: String, _ text: String) throws {
    try OwnedDescriptor(opening: work.file(name), [.writeOnly, .create, .truncate])
      .writeAll(Array(text.utf8).span.bytes)
  }

  private func roots(user: UInt32, _ more: [String: String] = [:]) throws -> [FilePath] {
    var options = RegistryOptions(
      environment: ["HOME": "\(work.path)/home", "USER": "me"].merging(more) { $1 })
    options.systemDirectory = work.file("etc")
    var settings = StorageSettings(options)
    settings.directories = [work.file("etc"), work.file("vendor")]
    settings.user = user
    return try settings.graphRoots()
  }

  @Test("is podman's own place without configuration")
  func defaults() throws {
    #expect(try roots(user: 0) == ["/var/lib/containers/storage"])
    #expect(try roots(user: 7) == [work.file("home/.local/share/containers/storage")])
    #expect(try roots(user: 7, ["XDG_DATA_HOME": "/data"]) == ["/data/containers/storage"])
    #expect(try roots(user: 7, ["HOME": ""]) == [])
  }

  @Test("is root's graph root, and the users' path where the machine's file names one")
  func system() throws {
    try write(
      "etc/containers/storage.conf",
      """
      [storage] # the machine's
      graphroot = "/big/storage"
      rootless_storage_path = "/scratch/$USER-$UID/storage"
      """)
    #expect(try roots(user: 0) == ["/big/storage"])
    #expect(try roots(user: 7) == ["/scratch/me-7/storage"])
    try write("etc/containers/storage.conf", "[storage]\ngraphroot = '/big/storage'\n")
    #expect(try roots(user: 7) == [work.file("home/.local/share/containers/storage")])
  }

  @Test("is that of the user's own file, and before it that of the environment's")
  func own() throws {
    try write("etc/containers/storage.conf", "[storage]\ngraphroot = '/big/storage'\n")
    try write("home/.config/containers/storage.conf", "[storage]\ngraphroot = '$HOME/mine'\n")
    try write("named.conf", "[storage]\ngraphroot = '/a'\nrootless_storage_path = '/b'\n")
    #expect(try roots(user: 7) == [work.file("home/mine")])
    #expect(try roots(user: 0) == ["/big/storage"])
    let named = ["CONTAINERS_STORAGE_CONF": "\(work.path)/named.conf"]
    #expect(try roots(user: 0, named) == ["/a"])
    #expect(try roots(user: 7, named) == ["/b", "/a"])
  }

  @Test("is the user's also in a user namespace of podman's")
  func namespace() {
    let options = RegistryOptions(environment: ["_CONTAINERS_ROOTLESS_UID": "1234"])
    #expect(StorageSettings(options).user == 1234)
    #expect(StorageSettings(RegistryOptions()).user == effectiveUser())
  }

  @Test("is not guessed where the configuration is broken")
  func broken() throws {
    try write("etc/containers/storage.conf", "[storage\n")
    let error = #expect(throws: TransportError.self) { try roots(user: 0) }
    #expect(error?.failure.code == .configuration)
    #expect(error?.description.contains("storage.conf") == true)
    #expect(throws: TransportError.self) {
      try roots(user: 0, ["CONTAINERS_STORAGE_CONF": "\(work.path)/none"])
    }
  }
}
