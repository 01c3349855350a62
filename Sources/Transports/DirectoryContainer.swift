internal import Linux
internal import SystemPackage

/// The files of a directory.
struct DirectoryContainer: Container {
  let path: FilePath

  init(_ path: FilePath) throws(TransportError) {
    do {
      guard try FileStatus(of: path).kind == .directory else {
        throw TransportError.wrongKind(
          path: path.string, expected: "a directory", reason: "it is a file")
      }
    } catch { throw TransportError(error) }
    self.path = path
  }

  func file(_ name: String) throws(TransportError) -> StoredFile? {
    let full = path.appending(name)
    do {
      let descriptor = try SharedDescriptor(opening: full)
      let status = try descriptor.file.status()
      guard status.kind == .regular else { return nil }
      return StoredFile(descriptor: descriptor, offset: 0, size: status.size)
    } catch TransportError.system(let error) where error.errno == .noSuchFileOrDirectory {
      return nil
    } catch { throw TransportError(error) }
  }
}
