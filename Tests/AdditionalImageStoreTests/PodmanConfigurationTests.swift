import AdditionalImageStore
import Testing

@Suite("Podman's drop-in files")
struct PodmanConfigurationTests {
  @Test(
    "the reader follows from the version",
    arguments: [
      ("4.3.1", false, PodmanConfiguration.Reader.storageConf), ("5.8.0", false, .storageConf),
      ("5.8.6", true, .dropIn), ("6.0.0-dev", false, .dropIn),
    ])
  func reader(version: String, hasDropIn: Bool, reader: PodmanConfiguration.Reader) {
    #expect(
      PodmanConfiguration.Reader(version: version, hasDropInDirectory: hasDropIn) == reader)
  }

  @Test("a version that is no version is no reader")
  func noReader() { #expect(PodmanConfiguration.Reader(version: "podman") == nil) }

  @Test("the old reader gets storage.conf and the variable that names it")
  func oldFiles() {
    let files = PodmanConfiguration.files(for: .storageConf, mount: "/run/firn")
    #expect(
      files.map(\.path) == [
        "/etc/containers/storage.conf", "/etc/containers/containers.conf.d/50-firn.conf",
      ])
    #expect(files[0].text.contains("additionalimagestores = [\"/run/firn/self\"]"))
    #expect(files[0].text.contains("graphroot"))
    #expect(files[1].text.contains("CONTAINERS_STORAGE_CONF=/etc/containers/storage.conf"))
  }

  @Test("the new reader gets one drop-in that appends and sets no graph root")
  func newFiles() {
    let files = PodmanConfiguration.files(for: .dropIn, mount: "/run/firn")
    #expect(files.map(\.path) == ["/etc/containers/storage.conf.d/50-firn.conf"])
    #expect(files[0].text.contains("{append=true}"))
    #expect(!files[0].text.contains("graphroot"))
  }

  @Test("no file sets a mount program, and every file is marked as ours")
  func marked() {
    for reader in [PodmanConfiguration.Reader.storageConf, .dropIn] {
      for file in PodmanConfiguration.files(for: reader, mount: "/m") {
        #expect(!file.text.contains("mount_program"))
        #expect(file.text.hasPrefix(PodmanConfiguration.marker))
      }
    }
  }
}
