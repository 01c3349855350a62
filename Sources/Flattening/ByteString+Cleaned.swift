internal import FileTree

extension ByteString {
  /// The path cleaned lexically: empty components and `.` dropped, `..` taken with the component
  /// before it and never above the root, a leading slash ignored; empty for the root.
  init(cleaning path: [UInt8]) {
    var kept: [ArraySlice<UInt8>] = []
    for component in path.split(separator: UInt8(ascii: "/")) {
      if component.elementsEqual("..".utf8) {
        _ = kept.popLast()
      } else if !component.elementsEqual(".".utf8) {
        kept.append(component)
      }
    }
    self.init(Array(kept.joined(separator: [UInt8(ascii: "/")])))
  }
}
