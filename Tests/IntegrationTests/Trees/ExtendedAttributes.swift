import Glibc

/// The calls of <sys/xattr.h>, which the Glibc module does not have.
enum ExtendedAttributes {
  private typealias List =
    @convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<CChar>?, Int) -> Int
  private typealias Get =
    @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutableRawPointer?, Int) ->
    Int

  private static let listCall: List? = symbol("llistxattr")
  private static let getCall: Get? = symbol("lgetxattr")

  private static func symbol<Function>(_ name: String) -> Function? {
    dlsym(nil, name).map { unsafeBitCast($0, to: Function.self) }
  }

  /// All attributes of a path that is not followed.
  static func all(of path: PathBuffer) throws -> [String: [UInt8]] {
    guard let listCall, let getCall else { throw SystemFailure("no xattr calls", ENOSYS) }
    let size = listCall(path.pointer, nil, 0)
    // The kernel's SquashFS says this of an image without an xattr table.
    if size == 0 || (size < 0 && errno == ENOTSUP) { return [:] }
    guard size > 0 else { throw path.failure("listxattr") }
    var names = [CChar](repeating: 0, count: size)
    guard listCall(path.pointer, &names, size) == size else { throw path.failure("listxattr") }
    var result: [String: [UInt8]] = [:]
    for name in names.split(separator: 0) {
      let name = Array(name) + [0]
      var value = [UInt8](repeating: 0, count: 65_536)
      let count = getCall(path.pointer, name, &value, value.count)
      guard count >= 0 else { throw path.failure("getxattr") }
      result[TreeEntry.printable(name)] = Array(value[..<count])
    }
    return result
  }
}
