import Digests
import Glibc

/// The bytes of a file.
func readFile(_ path: String) throws -> [UInt8] {
  guard let file = fopen(path, "re") else { throw SystemFailure("cannot open \(path)") }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 18)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 {
      if ferror(file) != 0 { throw SystemFailure("cannot read \(path)") }
      return bytes
    }
    bytes += buffer[..<count]
  }
}

/// A file's text.
func readText(_ path: String) throws -> String {
  String(decoding: try readFile(path), as: UTF8.self)
}

/// Creates a file, or writes it anew.
func writeFile(_ path: String, _ bytes: [UInt8]) throws {
  guard let file = fopen(path, "we") else { throw SystemFailure("cannot create \(path)") }
  defer { fclose(file) }
  guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
    throw SystemFailure("cannot write \(path)")
  }
}

/// The names in a directory, sorted.
func list(_ path: String) throws -> [String] {
  guard let directory = opendir(path) else { throw SystemFailure("cannot list \(path)") }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) {
      String(decoding: $0.prefix(while: { $0 != 0 }), as: UTF8.self)
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// The paths of everything below a directory, relative to it, sorted: `name` or `name/`.
func listing(_ path: String) throws -> [String] {
  try output("find", path, "-mindepth", "1", "-printf", "%P %y\n")
    .split(separator: "\n").map(String.init).sorted()
}

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// The size of a file.
func fileSize(_ path: String) throws -> Int {
  var status = stat()
  guard lstat(path, &status) == 0 else { throw SystemFailure("cannot stat \(path)") }
  return Int(status.st_size)
}

/// The sizes of all regular files below a directory.
func totalSize(_ path: String) throws -> Int {
  try output("find", path, "-type", "f", "-printf", "%s\n")
    .split(separator: "\n").compactMap { Int($0) }.reduce(0, +)
}

/// The SHA-256 of a file, in hex.
func sha256(_ path: String) throws -> String {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { throw SystemFailure("cannot open \(path)") }
  defer { close(file) }
  var hasher = SHA256Hasher()
  var buffer = [UInt8](repeating: 0, count: 1 << 20)
  while true {
    let count = read(file, &buffer, buffer.count)
    guard count >= 0 else { throw SystemFailure("cannot read \(path)") }
    if count == 0 { return hasher.finalize().hex }
    hasher.update(buffer.span.extracting(..<count).bytes)
  }
}

/// Whether two files have the same bytes.
func sameBytes(_ left: String, _ right: String) throws -> Bool {
  try Command("cmp", "-s", left, right).run().status == 0
}

/// Bytes that do not compress, the same for the same seed.
func noise(_ count: Int, seed: UInt64) -> [UInt8] {
  var words = [UInt64](repeating: 0, count: (count + 7) / 8)
  var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  for index in words.indices {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    words[index] = state
  }
  return words.withUnsafeBytes { Array($0.prefix(count)) }
}
