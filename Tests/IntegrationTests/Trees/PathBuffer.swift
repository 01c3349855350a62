import Glibc

/// A path that grows and shrinks in place, in bytes as the system has it: trees of many files are
/// walked in builds without optimisation, too.
final class PathBuffer {
  private var count: Int
  private let capacity = 65_536
  /// The path as C has it; valid while the buffer lives.
  let pointer: UnsafeMutablePointer<CChar>

  init(_ path: String) {
    pointer = .allocate(capacity: capacity)
    count = strlen(path)
    precondition(count < capacity, "the path is too long")
    strcpy(pointer, path)
  }

  deinit { pointer.deallocate() }

  /// Runs a closure while the path has one component more.
  func appending<Result>(
    _ name: UnsafePointer<CChar>, _ body: () throws -> Result
  ) throws -> Result {
    let (old, length) = (count, strlen(name))
    guard old + length + 2 < capacity else { throw SystemFailure(printable, ENAMETOOLONG) }
    pointer[old] = CChar(UInt8(ascii: "/"))
    strcpy(pointer + old + 1, name)
    count = old + 1 + length
    defer {
      count = old
      pointer[old] = 0
    }
    return try body()
  }

  /// The path in printable ASCII.
  var printable: String { TreeEntry.printable(pointer) }

  /// A copy that the caller frees with free(3).
  func copy() -> UnsafeMutablePointer<CChar>? { strdup(pointer) }

  /// The path with what went wrong.
  func failure(_ call: String) -> SystemFailure {
    let code = errno
    return SystemFailure("\(call) of \(printable)", code)
  }
}

extension TreeEntry {
  /// A C string as printable ASCII.
  static func printable(_ text: UnsafePointer<CChar>) -> String {
    printable(UnsafeRawBufferPointer(start: text, count: strlen(text)))
  }
}
