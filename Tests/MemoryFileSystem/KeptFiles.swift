internal import Glibc
internal import Linux
public import SystemPackage

/// The files of a mount that goes from one server to another: the same in each process.
public enum KeptFiles {
  /// How many bytes the files `data` and `offered` have; reads of the second offer all its pages.
  public static let dataSize = 4 << 20
  /// How many files the directory `many` has.
  public static let fileCount = 100

  /// The byte of `data` at an offset.
  public static func byte(at offset: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (offset &* 2_654_435_761) >> 11)
  }

  /// What is in a file of `many`.
  public static func text(_ index: Int) -> [UInt8] {
    Array(String(repeating: "file \(index)\n", count: index + 1).utf8)
  }

  /// Makes the file system; nothing is remembered by the kernel for long.
  ///
  /// - Parameter gate: While this is there, reads of the file `slow` wait.
  public static func make(gate: FilePath) -> MemoryFileSystem {
    let fileSystem = MemoryFileSystem(timeout: 0)
    let data = SharedBuffer(capacity: dataSize) { span in
      for offset in 0..<dataSize {
        span.storeBytes(of: byte(at: offset), toByteOffset: offset, as: UInt8.self)
      }
      return dataSize
    }
    fileSystem.add("data", .file(data, piece: 1 << 16))
    fileSystem.add("offered", .offering(data))
    fileSystem.add("link", .symbolicLink("data"))
    let many = fileSystem.add("many", .directory)
    for index in 0..<fileCount {
      let buffer = SharedBuffer(copying: text(index).span.bytes)
      fileSystem.add("file-\(index)", in: many, .file(buffer, piece: 4096))
    }
    let slow = SharedBuffer(copying: text(7).span.bytes)
    fileSystem.add(
      "slow",
      .waiting(slow) {
        while (try? FileStatus(of: gate)) != nil { usleep(5_000) }
      })
    return fileSystem
  }
}
