internal import FUSE
internal import SquashFS
internal import SystemPackage

extension VolumeNodes {
  /// Fills a page with the entries of a directory behind a cookie.
  ///
  /// The cookies 1 and 2 are those of `.` and `..`; the volume's own are greater than 20.
  ///
  /// - Parameter parent: The inode number to show for `..`.
  func list(
    _ directory: Inode, after cookie: UInt64, parent: UInt64, into page: inout DirectoryPage
  ) throws(Errno) {
    guard case .directory = directory.kind else { throw .notDirectory }
    let own = attributes(of: directory).inode
    guard appendDots(own: own, parent: parent, after: cookie, to: &page) else { return }
    var failure: Errno?
    try checked { () throws(SquashFSError) in
      try volume.forEachEntry(in: directory, from: cookie <= 2 ? 0 : cookie) { entry, name in
        guard isVisible(entry.type) else { return true }
        do throws(Errno) { return try append(entry, name, to: &page) } catch {
          failure = error
          return false
        }
      }
    }
    if let failure { throw failure }
  }

  private func append(
    _ entry: DirectoryEntry, _ name: RawSpan, to page: inout DirectoryPage
  ) throws(Errno) -> Bool {
    if page.wantsEntries {
      let whole = self.entry(for: try inode(entry.inode.rawValue))
      return page.append(name, whole, cookie: entry.cookie)
    }
    let number = NodeAddress(view: slot, image: image, item: 0).inodeNumber(entry.number)
    return page.append(name, inode: number, kind: entry.type.nodeKind, cookie: entry.cookie)
  }
}

/// Appends `.` and `..` where a listing starts; false when the page is full.
func appendDots(
  own: UInt64, parent: UInt64, after cookie: UInt64, to page: inout DirectoryPage
) -> Bool {
  let dots: [UInt8] = [UInt8(ascii: "."), UInt8(ascii: ".")]
  if cookie < 1 {
    let dot = dots.span.bytes.extracting(first: 1)
    guard page.append(dot, inode: own, kind: .directory, cookie: 1) else { return false }
  }
  guard cookie < 2 else { return true }
  return page.append(dots.span.bytes, inode: parent, kind: .directory, cookie: 2)
}
