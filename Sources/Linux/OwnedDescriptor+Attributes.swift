internal import CLinux
internal import SystemPackage

extension OwnedDescriptor {
  /// The greatest value an extended attribute can have (xattr(7), `XATTR_SIZE_MAX`).
  private static let largestAttribute = 65_536

  /// The value of an extended attribute; nil when there is none of that name (fgetxattr(2)).
  public borrowing func attribute(_ name: String) throws(SystemError) -> [UInt8]? {
    var value = [UInt8](repeating: 0, count: Self.largestAttribute)
    let number = rawValue
    do throws(SystemError) {
      let count = try retrying("fgetxattr", path) {
        firn_fgetxattr(number, name, &value, value.count)
      }
      return Array(value.prefix(count))
    } catch {
      guard error.errno == .noData else { throw error }
      return nil
    }
  }

  /// Sets an extended attribute, whether there was one or not (fsetxattr(2)).
  public borrowing func setAttribute(_ name: String, _ value: [UInt8]) throws(SystemError) {
    let number = rawValue
    _ = try retrying("fsetxattr", path) { firn_fsetxattr(number, name, value, value.count, 0) }
  }
}
