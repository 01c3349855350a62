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
  static func all(of path: [CChar]) throws -> [String: [UInt8]] {
    guard let listCall, let getCall else { throw SystemFailure("no xattr calls", ENOSYS) }
    var names = [CChar](repeating: 0, count: 4096)
    var count = listCall(path, &names, names.count)
    if count < 0 && errno == ERANGE {
      names = [CChar](repeating: 0, count: 65_536)
      count = listCall(path, &names, names.count)
    }
    guard count >= 0 else { throw SystemFailure("listxattr of \(text(path))") }
    if count == 0 { return [:] }
    var result: [String: [UInt8]] = [:]
    for name in names[..<count].split(separator: 0) {
      var value = [UInt8](repeating: 0, count: 65_536)
      let size = getCall(path, Array(name) + [0], &value, value.count)
      guard size >= 0 else { throw SystemFailure("getxattr of \(text(path))") }
      result[TreeEntry.printable(name.map { UInt8(bitPattern: $0) })] = Array(value[..<size])
    }
    return result
  }

  private static func text(_ path: [CChar]) -> String {
    TreeEntry.printable(path.dropLast().map { UInt8(bitPattern: $0) })
  }
}
