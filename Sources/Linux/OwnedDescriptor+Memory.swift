internal import CLinux
internal import Glibc

extension OwnedDescriptor {
  /// Makes an empty file that has no place in any file system and lasts for as long as a process
  /// has it open (memfd_create(2)).
  ///
  /// - Parameter name: What /proc shows.
  public init(inMemory name: String) throws(SystemError) {
    self.init(owning: try retrying("memfd_create", nil) { firn_memory_file(name) })
  }

  /// Takes over a descriptor that this process was started with, which its children do not get.
  ///
  /// - Throws: `EBADF` when there is none of this number.
  public init(inherited number: Int32) throws(SystemError) {
    _ = try retrying("fcntl", nil) { firn_set_close_on_exec(number, 1) }
    self.init(owning: number)
  }

  /// Another descriptor of the same open file.
  ///
  /// - Parameter lowest: The least number that it may have.
  public borrowing func duplicate(
    notBelow lowest: Int32 = 3
  ) throws(SystemError) -> OwnedDescriptor {
    let number = rawValue
    return OwnedDescriptor(
      owning: try retrying("fcntl", path) { fcntl(number, F_DUPFD_CLOEXEC, lowest) }, path: path)
  }
}
