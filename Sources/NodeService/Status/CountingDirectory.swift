internal import Linux
internal import Store

/// A store's directory that counts everything that is done on it.
///
/// It lies directly on the file system's own, below all that is remembered or tried again, so that
/// whatever reaches the file system is counted, and nothing else.
struct CountingDirectory: StoreDirectory {
  private let base: any StoreDirectory
  private let meter: StoreMeter

  init(_ base: any StoreDirectory, _ meter: StoreMeter) {
    self.base = base
    self.meter = meter
  }

  var location: String { base.location }

  func read(_ path: StorePath) throws(SystemError) -> [UInt8] {
    let bytes = try meter.count(.load) { () throws(SystemError) in try base.read(path) }
    meter.noteLoaded(bytes.count)
    return bytes
  }

  func open(_ path: StorePath) throws(SystemError) -> any StoreFile {
    let file = try meter.count(.open) { () throws(SystemError) in try base.open(path) }
    return CountingFile(file, meter)
  }

  func create(_ path: StorePath) throws(SystemError) -> any StoreFileWriter {
    let file = try meter.count(.create) { () throws(SystemError) in try base.create(path) }
    return CountingWriter(file, meter)
  }

  func link(_ path: StorePath, to name: StorePath) throws(SystemError) {
    try meter.count(.change) { () throws(SystemError) in try base.link(path, to: name) }
  }

  func rename(_ path: StorePath, to name: StorePath) throws(SystemError) {
    try meter.count(.change) { () throws(SystemError) in try base.rename(path, to: name) }
  }

  func unlink(_ path: StorePath) throws(SystemError) {
    try meter.count(.remove) { () throws(SystemError) in try base.unlink(path) }
  }

  func makeDirectory(_ area: StoreArea) throws(SystemError) {
    try meter.count(.change) { () throws(SystemError) in try base.makeDirectory(area) }
  }

  func setAccess(_ access: StoreAccess, of area: StoreArea) throws(SystemError) {
    try meter.count(.change) { () throws(SystemError) in try base.setAccess(access, of: area) }
  }

  func list(_ area: StoreArea) throws(SystemError) -> [String] {
    try meter.count(.list) { () throws(SystemError) in try base.list(area) }
  }

  func synchronize(_ area: StoreArea) throws(SystemError) {
    try meter.count(.sync) { () throws(SystemError) in try base.synchronize(area) }
  }

  func freeSpace() throws(SystemError) -> FreeSpace {
    try meter.count(.stat) { () throws(SystemError) in try base.freeSpace() }
  }

  func touch(_ path: StorePath) throws(SystemError) {
    try meter.count(.change) { () throws(SystemError) in try base.touch(path) }
  }

  func mode(of area: StoreArea) throws(SystemError) -> UInt16 {
    try meter.count(.stat) { () throws(SystemError) in try base.mode(of: area) }
  }

  func setLayout(_ layout: StripingPolicy.Layout, of area: StoreArea) -> LayoutOutcome {
    base.setLayout(layout, of: area)
  }
}
