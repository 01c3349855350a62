import Digests
import Dispatch
import Glibc

/// The files of a tree whose content is to be read, and their checksums.
final class ContentReading: @unchecked Sendable {
  private var files: [(position: Int, path: UnsafeMutablePointer<CChar>)] = []
  private var results: [Result<String, any Error>] = []
  private var mutex = pthread_mutex_t()
  private var taken = 0

  init() { pthread_mutex_init(&mutex, nil) }

  deinit { for file in files { free(file.path) } }

  /// Notes a file; its checksum is given out with the position.
  func add(_ path: PathBuffer, for position: Int) {
    if let copy = path.copy() { files.append((position, copy)) }
  }

  /// Reads all files and gives their checksums out.
  func read(by readers: Int, _ body: (Int, String) -> Void) throws {
    results = Array(repeating: .success(""), count: files.count)
    DispatchQueue.concurrentPerform(iterations: max(readers, 1)) { _ in readSome() }
    for (file, result) in zip(files, results) { body(file.position, try result.get()) }
  }

  private func readSome() {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while let index = next() {
      let result = Result { try Self.checksum(files[index].path, &buffer) }
      pthread_mutex_lock(&mutex)
      results[index] = result
      pthread_mutex_unlock(&mutex)
    }
  }

  private func next() -> Int? {
    pthread_mutex_lock(&mutex)
    defer { pthread_mutex_unlock(&mutex) }
    guard taken < files.count else { return nil }
    taken += 1
    return taken - 1
  }

  /// A checksum of the checksums of the file's pieces of 1 MiB.
  private static func checksum(
    _ path: UnsafePointer<CChar>, _ buffer: inout [UInt8]
  ) throws -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure("open", path) }
    defer { close(file) }
    var chain: [UInt8] = []
    var filled = 0
    while true {
      let room = buffer.count - filled
      let count = buffer.withUnsafeMutableBytes {
        Glibc.read(file, $0.baseAddress?.advanced(by: filled), room)
      }
      guard count >= 0 else { throw failure("read", path) }
      filled += count
      if count == 0 || filled == buffer.count {
        chain += Checksum.of(buffer.span.extracting(..<filled).bytes).bytes
        filled = 0
      }
      if count == 0 { return Checksum.of(chain.span.bytes).hex }
    }
  }

  private static func failure(_ call: String, _ path: UnsafePointer<CChar>) -> SystemFailure {
    let code = errno
    return SystemFailure("\(call) of \(TreeEntry.printable(path))", code)
  }
}
