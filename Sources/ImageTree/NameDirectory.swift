internal import Digests

/// The directories below `images/`: image names taken apart at their slashes.
///
/// A directory may be an image, lead to further names, or both (`team` and `team/tool`). Its item
/// number is a hash of its path, so that the same name has the same node id after a restart.
struct NameDirectory: Sendable {
  /// One directory.
  struct Entry: Sendable {
    /// The whole path below `images/`.
    let path: String
    /// The number of the image that has this name, if one has.
    var image: UInt32?
    /// Further components, by name, with their item numbers.
    var children: [String: UInt32] = [:]
  }

  private(set) var entries: [UInt32: Entry] = [:]
  /// The first components.
  private(set) var top: [String: UInt32] = [:]

  /// Takes names apart; the same names in any order give the same numbers.
  init(_ names: [(name: String, image: UInt32)]) {
    for (name, image) in names.sorted(by: { $0.name < $1.name }) {
      var item: UInt32?
      var path = ""
      for component in name.split(separator: "/") {
        path += path.isEmpty ? String(component) : "/\(component)"
        item = child(String(component), path: path, of: item)
      }
      if let item { entries[item]?.image = image }
    }
  }

  private mutating func child(_ name: String, path: String, of parent: UInt32?) -> UInt32 {
    let known = parent.map { entries[$0]?.children[name] } ?? top[name]
    if let known { return known }
    let item = freeItem(for: path)
    entries[item] = Entry(path: path)
    if let parent { entries[parent]?.children[name] = item } else { top[name] = item }
    return item
  }

  private func freeItem(for path: String) -> UInt32 {
    let hash = Checksum.of(Array(path.utf8).span.bytes).bytes.prefix(4)
    var item = hash.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    repeat {
      item = FixedItem.firstNameDirectory | item & (FixedItem.firstNameDirectory - 1)
      if entries[item] == nil { return item }
      item += 1
    } while true
  }
}
