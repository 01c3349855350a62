internal import Glibc
internal import Linux
internal import SystemPackage

extension Session {
  /// Ends the connection and takes the mount out of the tree, unless that has happened.
  ///
  /// A notification in flight may wait for an answer that no longer comes, and keeps the connection
  /// open while it waits; aborting the connection from outside ends both.
  func unmount() {
    guard state.takeUnmount() else { return }
    if state.keepsMount { return letGo() }
    // The path to the mount may be closed to whom this thread read files as.
    FileSystemIdentity.resume()
    state.end()
    if geteuid() == 0 { detach(force: true) }
    if !connection.close() { abort() }
    detach(force: false)
  }

  /// Leaves mount and connection to who else has the device.
  private func letGo() {
    state.end()
    connection.close()
  }

  /// Detaches our own mount and no other that lies above it or has come after it.
  private func detach(force: Bool) {
    guard (try? MountTable.current())?.top(at: entry.mountPoint) == entry else { return }
    try? Mounts.detach(entry.mountPoint, force: force)
  }

  private func abort() {
    let control = FilePath("/sys/fs/fuse/connections/\(entry.minor)/abort")
    guard let file = try? OwnedDescriptor(opening: control, .writeOnly) else { return }
    try? file.writeAll(Array("1".utf8).span.bytes)
  }
}
