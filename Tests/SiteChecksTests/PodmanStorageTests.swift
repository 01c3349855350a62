import AdditionalImageStore
import SystemPackage
import Testing

@testable import SiteChecks

@Suite("The storage configuration of Podman")
struct StorageConfigurationTests {
  @Test("of every reader that Firn writes is understood")
  func ours() {
    for reader in [PodmanConfiguration.Reader.storageConf, .dropIn] {
      let all = PodmanConfiguration.files(for: reader, mount: "/run/firn")
        .map { StorageConfiguration(parsing: $0.text) }.reduce(StorageConfiguration(), +)
      #expect(all.additionalStores == ["/run/firn/self"])
      #expect(all.mountProgram == nil)
    }
  }

  @Test(
    "has its stores in any way of writing them",
    arguments: [
      "additionalimagestores = [\"/a\", \"/b\"]", "additionalimagestores=['/a','/b',]",
      "[storage.options]\n  additionalimagestores = [ # two\n  \"/a\",\n\n# \"/c\"\n \"/b\" ]\nx = 1",
      "storage.options.additionalimagestores = [\"/a\", \"/b\", {append=true}]",
      "\"additionalimagestores\" = [\"/a\"]\n\nadditionalimagestores = [\"/b\"]",
    ])
  func stores(text: String) {
    #expect(StorageConfiguration(parsing: text).additionalStores == ["/a", "/b"])
  }

  @Test("has no stores where they are commented out or belong to something else")
  func none() {
    for text in [
      "", "# additionalimagestores = [\"/a\"]", "additionalimagestores = []",
      "additionalimagestores", "otherstores = [\"/a\"]", "x = \"additionalimagestores = ['/a']\"",
      "x = [\n\"additionalimagestores\",\n\"/a\"]",
    ] {
      #expect(StorageConfiguration(parsing: text).additionalStores == [], "\(text)")
    }
  }

  @Test("keeps a mark that begins a comment inside a string")
  func marks() {
    let text = "additionalimagestores = [\"/a#b\", '/c]d'] # \"/e\""
    #expect(StorageConfiguration(parsing: text).additionalStores == ["/a#b", "/c]d"])
  }

  @Test("has the mount program, unless it is empty")
  func mountProgram() {
    let text = "[storage.options.overlay]\nmount_program = \"/usr/bin/fuse-overlayfs\"\n"
    #expect(StorageConfiguration(parsing: text).mountProgram == "/usr/bin/fuse-overlayfs")
    #expect(StorageConfiguration(parsing: "mount_program = \"\"").mountProgram == nil)
    #expect(StorageConfiguration(parsing: "#mount_program = \"/x\"").mountProgram == nil)
  }

  @Test("of any text is read without harm")
  func hostile() {
    for text in ["]]]]", "a = ]\nx = [\"/a\"]", "= \"", "a = \"", "[[[[", "=", "'"] {
      _ = StorageConfiguration(parsing: text)
    }
    let unclosed = StorageConfiguration(parsing: "a = ]\nadditionalimagestores = [\"/a\"]")
    #expect(unclosed.additionalStores == ["/a"])
  }
}

@Suite("The check of Podman's storage")
struct PodmanStorageCheckTests {
  private func check(
    _ stores: [String], program: String? = nil, isMarked: Bool = false, files: [String] = ["/f"]
  ) -> CheckResult {
    var configuration = StorageConfiguration()
    configuration.additionalStores = stores
    configuration.mountProgram = program
    return PodmanStorageCheck(
      mount: "/run/firn", files: files, configuration: configuration, isMarked: isMarked
    ).result
  }

  @Test("wants the mount among the additional stores")
  func found() {
    #expect(check(["/other", "/run/firn/self"]).outcome == .ok)
    #expect(check(["/run//firn/self/"]).outcome == .ok)
    for stores in [[], ["/run/firn"], ["run/firn/self"], ["/run/firn/selfish"]] {
      let result = check(stores)
      #expect(result.outcome == .warning)
      #expect(result.sentence.contains("/f"))
      #expect(result.nextStep?.contains("podman-config --install") == true)
    }
    #expect(check([], files: []).sentence.contains("no configuration"))
  }

  @Test("does not want a mount program, now or before")
  func mountProgram() {
    let result = check(["/run/firn/self"], program: "/usr/bin/fuse-overlayfs")
    #expect(result.outcome == .warning)
    #expect(result.nextStep == "Take mount_program out of /f")
    #expect(check(["/run/firn/self"], isMarked: true).outcome == .warning)
  }
}

@Suite("The files of Podman's storage")
struct StorageFilesTests {
  private func files(
    _ reader: PodmanConfiguration.Reader, isRoot: Bool = false,
    variables: [String: String] = [:], _ texts: [String: String]
  ) -> StorageFiles {
    StorageFiles(
      reader: reader, isRoot: isRoot, userDirectory: isRoot ? nil : "/home/a/.config/containers",
      variable: { variables[$0] }, read: { texts[$0.string] },
      list: { directory in
        texts.keys.filter { FilePath($0).removingLastComponent() == directory }
          .compactMap { FilePath($0).lastComponent?.string }.sorted()
      })
  }

  private let engine = """
    [engine]
    # env = ["CONTAINERS_STORAGE_CONF=/no"]
    env = ["A=b", "CONTAINERS_STORAGE_CONF=/etc/containers/storage.conf"]
    """

  @Test("of root are those of the machine, or else of the vendor")
  func root() {
    let texts = ["/etc/containers/storage.conf": "", "/usr/share/containers/storage.conf": ""]
    #expect(files(.storageConf, isRoot: true, texts).paths == ["/etc/containers/storage.conf"])
    let vendor = ["/usr/share/containers/storage.conf": ""]
    #expect(
      files(.storageConf, isRoot: true, vendor).paths == ["/usr/share/containers/storage.conf"])
    #expect(files(.storageConf, isRoot: true, [:]).paths == [])
  }

  @Test("of a user of old Podman are root's only where the engine says so")
  func user() {
    var texts = ["/etc/containers/storage.conf": "additionalimagestores = [\"/m/self\"]"]
    #expect(files(.storageConf, texts).paths == [])
    texts["/etc/containers/containers.conf.d/50-firn.conf"] = engine
    let found = files(.storageConf, texts)
    #expect(found.paths == ["/etc/containers/storage.conf"])
    #expect(found.configuration.additionalStores == ["/m/self"])
    texts["/home/a/.config/containers/storage.conf"] = "x = 1"
    #expect(
      files(.storageConf, texts).paths == ["/home/a/.config/containers/storage.conf"])
  }

  @Test("of what Firn writes lead to the mount for root and users")
  func written() {
    for reader in [PodmanConfiguration.Reader.storageConf, .dropIn] {
      let written = PodmanConfiguration.files(for: reader, mount: "/run/firn")
      let texts = Dictionary(uniqueKeysWithValues: written.map { ($0.path, $0.text) })
      for isRoot in [true, false] {
        let found = files(reader, isRoot: isRoot, texts).configuration
        #expect(found.additionalStores == ["/run/firn/self"], "\(reader) root: \(isRoot)")
      }
    }
  }

  @Test("of new Podman are all drop-ins")
  func dropIns() {
    let texts = [
      "/usr/share/containers/storage.conf": "", "/etc/containers/storage.conf.d/b.conf": "",
      "/etc/containers/storage.conf.d/a.conf": "", "/etc/containers/storage.conf.d/c.txt": "",
      "/etc/containers/storage.rootless.conf.d/d.conf": "",
      "/etc/containers/storage.rootful.conf.d/e.conf": "",
      "/home/a/.config/containers/storage.conf.d/f.conf": "",
    ]
    #expect(
      files(.dropIn, texts).paths == [
        "/usr/share/containers/storage.conf", "/etc/containers/storage.conf.d/a.conf",
        "/etc/containers/storage.conf.d/b.conf", "/etc/containers/storage.rootless.conf.d/d.conf",
        "/home/a/.config/containers/storage.conf.d/f.conf",
      ])
    let root = files(.dropIn, isRoot: true, texts).paths
    #expect(root.last == "/etc/containers/storage.rootful.conf.d/e.conf")
  }

  @Test("are others where the environment says so")
  func environment() {
    let texts = ["/my.conf": "mount_program = \"/p\"", "/etc/containers/storage.conf": ""]
    let named = files(.dropIn, variables: ["CONTAINERS_STORAGE_CONF": "/my.conf"], texts)
    #expect(named.paths == ["/my.conf"])
    #expect(named.configuration.mountProgram == "/p")
    let options = files(
      .storageConf, variables: ["STORAGE_OPTS": "overlay.imagestore=/m/self,overlay.x=y,z"], [:])
    #expect(options.configuration.additionalStores == ["/m/self"])
  }
}
