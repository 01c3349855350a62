internal import ArgumentParser
internal import Linux
internal import Store
internal import SystemPackage

extension InitCommand {
  /// Where to make it; the directories above a private store are made too.
  func place() throws -> String {
    let named = environmentVariable("FIRN_STORE").flatMap { StoreChoice.split($0).first }
    if let path = store ?? storeOption ?? named { return path }
    guard let path = StoreChoice.privateStore else {
      throw ValidationError("Missing expected argument '<store>'")
    }
    try makeDirectories(path.removingLastComponent())
    return path.string
  }

  private func makeDirectories(_ path: FilePath) throws(SystemError) {
    if Paths.exists(path) { return }
    try makeDirectories(path.removingLastComponent())
    try Paths.makeDirectory(path, mode: 0o700)
  }

  /// The access of a store in a directory: a private one is its user's alone.
  func readers(of path: String) -> StoreAccess {
    let isPrivate = FilePath(path) == StoreChoice.privateStore
    let readers = access?.value ?? (isPrivate ? .owner : .world)
    let group = group?.gid ?? (readers == .group ? effectiveGroup() : nil)
    return StoreAccess(readers: readers, group: group, images: visibility?.value ?? readers)
  }
}
