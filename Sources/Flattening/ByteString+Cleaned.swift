internal import FileTree

extension ByteString {
  private static let slash = UInt8(ascii: "/")
  private static let dot = UInt8(ascii: ".")

  /// The path cleaned lexically: empty components and `.` dropped, `..` taken with the component
  /// before it and never above the root, a leading slash ignored; empty for the root.
  init(cleaning path: [UInt8]) {
    var inner = path[...]
    if inner.starts(with: [Self.dot, Self.slash]) { inner = inner.dropFirst(2) }
    if inner.last == Self.slash { inner = inner.dropLast() }
    self.init(Self.isClean(inner) ? Array(inner) : Self.cleaned(path))
  }

  /// Whether a path has only components that stay as they are, as nearly all in layers do.
  private static func isClean(_ path: ArraySlice<UInt8>) -> Bool {
    var isAtStart = true
    for byte in path {
      // What starts with a dot is rare enough to be looked at closely.
      if isAtStart, byte == slash || byte == dot { return false }
      isAtStart = byte == slash
    }
    return !isAtStart
  }

  private static func cleaned(_ path: [UInt8]) -> [UInt8] {
    var kept: [ArraySlice<UInt8>] = []
    for component in path.split(separator: slash) {
      if component.elementsEqual("..".utf8) {
        _ = kept.popLast()
      } else if !component.elementsEqual(".".utf8) {
        kept.append(component)
      }
    }
    return Array(kept.joined(separator: [slash]))
  }
}
